// The load balancer's target group speaks of all values of a name.
const allValues = true
