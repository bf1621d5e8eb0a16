// What the API needs to start and delete container groups that run as the runner: to make them, and to give them that identity.

@description('Object id of the identity of the API.')
param functionsPrincipalId string

@description('Name of the identity of the runners.')
param runnerIdentityName string

var roles = loadJsonContent('../roles.json')
var starter = { role: 'containerInstancesContributor' }
var giver = { role: 'managedIdentityOperator' }

resource runnerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: runnerIdentityName
}

// Container groups come and go, so the narrowest scope that is there is the group of everything.
resource starts 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, functionsPrincipalId, starter.role)
  properties: {
    principalId: functionsPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[starter.role])
  }
}

resource gives 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(runnerIdentity.id, functionsPrincipalId, giver.role)
  scope: runnerIdentity
  properties: {
    principalId: functionsPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[giver.role])
  }
}
