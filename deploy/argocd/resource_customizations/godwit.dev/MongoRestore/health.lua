-- Progressing until the operator has seen this generation, then what the conditions say.
local status = obj.status
if status == nil or status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "the operator has not seen this version of the resource yet"}
end

local health = {status = "Progressing", message = status.message}
if health.message == nil and status.failure ~= nil then
  health.message = status.failure.message
end
for _, condition in ipairs(status.conditions or {}) do
  if condition.status == "True" then
    if condition.type == "Reconciling" and (condition.reason == "Suspended" or condition.reason == "WaitingForApproval") then
      -- a person has to say that it goes on; a wave waits as it does for Progressing
      health.status = "Suspended"
    elseif condition.type == "Stalled" then
      health.status = "Degraded"
    elseif condition.type == "Ready" then
      health.status = "Healthy"
    end
  end
end
return health
