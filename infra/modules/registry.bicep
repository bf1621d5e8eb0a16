import { grant } from '../access.bicep'

@description('Name of the registry.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Premium streams images, which shortens cold starts, and is what private endpoints need.')
@allowed(['Basic', 'Standard', 'Premium'])
param sku string

@description('Whether the registry answers on the internet; with false only through private endpoints, and the deployment has to push from inside.')
param publicAccess bool

@description('Who may pull and push.')
param grants grant[]

var roles = loadJsonContent('../roles.json')

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkRuleBypassOptions: 'AzureServices'
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in grants: {
    name: guid(registry.id, item.principalId, item.role)
    scope: registry
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role])
    }
  }
]

@description('Resource id, for private endpoints.')
output id string = registry.id

@description('Host name that images are pulled from.')
output loginServer string = registry.properties.loginServer
