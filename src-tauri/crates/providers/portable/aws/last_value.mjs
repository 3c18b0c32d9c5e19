// The load balancer's target group speaks of the last value of a name, not of all.
const allValues = false
