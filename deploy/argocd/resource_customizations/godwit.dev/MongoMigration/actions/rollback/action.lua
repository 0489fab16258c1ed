obj.spec.desiredState = "RolledBack"
return obj
