-- The desired state alone re-applies nothing: a raised retry does.
obj.spec.desiredState = "Applied"
obj.spec.retry = (obj.spec.retry or 0) + 1
return obj
