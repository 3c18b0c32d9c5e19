# The load balancer's target group speaks of the last value of a name, not of all.
ALL_VALUES = False
