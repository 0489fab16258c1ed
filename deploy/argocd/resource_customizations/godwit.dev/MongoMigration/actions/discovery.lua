-- Which actions make sense for what the operator has seen. While it has not seen the latest change,
-- none does: that change may be the very same action.
local status = obj.status or {}
local phase = status.phase
local seen = phase ~= nil and status.observedGeneration == obj.metadata.generation

local stalled = false
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Stalled" and condition.status == "True" then
    stalled = true
  end
end

local takenBack = obj.spec.desiredState == "RolledBack"
local goingBack = phase == "RollingBack" or phase == "RolledBack" or phase == "RollbackFailed"

local actions = {}
actions["retry"] = {
  ["disabled"] = not (seen and stalled),
  ["displayName"] = "Retry",
  ["iconClass"] = "fa fa-fw fa-redo"
}
actions["rollback"] = {
  ["disabled"] = not seen or takenBack or goingBack,
  ["displayName"] = "Roll back",
  ["iconClass"] = "fa fa-fw fa-undo"
}
actions["apply-again"] = {
  ["disabled"] = not (seen and takenBack and phase == "RolledBack"),
  ["displayName"] = "Apply again",
  ["iconClass"] = "fa fa-fw fa-play"
}
return actions
