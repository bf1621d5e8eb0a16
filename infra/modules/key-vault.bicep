import { grant } from '../access.bicep'

@description('Name of the vault.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Whether deleted secrets are kept against everybody. It cannot be switched off again, and the name stays taken for 90 days.')
param purgeProtection bool

@description('Whether the vault answers on the internet; with false only through private endpoints.')
param publicAccess bool

@description('Who may read and write secrets.')
param grants grant[]

@description('Name of a secret that is made with the vault: 32 bytes that nobody sees. Later deployments leave it as it is.')
param sealName string

@description('What its value is made from: another one each time, and used the first time only.')
@secure()
param seedOne string = newGuid()

@description('The same again: one has fewer random bits than the value shall have.')
@secure()
param seedTwo string = newGuid()

@description('The same again.')
@secure()
param seedThree string = newGuid()

var roles = loadJsonContent('../roles.json')

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: purgeProtection ? true : null
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: {
      defaultAction: publicAccess ? 'Allow' : 'Deny'
      bypass: 'None'
    }
  }
}

// A value that changed with each deployment would make everything unreadable that it has sealed.
@onlyIfNotExists()
resource generated 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = {
  parent: vault
  name: sealName
  properties: {
    contentType: 'key of 32 bytes, base64'
    value: base64(take('${uniqueString(seedOne)}${uniqueString(seedTwo)}${uniqueString(seedThree)}', 32))
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in grants: {
    name: guid(vault.id, item.principalId, item.role)
    scope: vault
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role])
    }
  }
]

@description('Resource id, for private endpoints.')
output id string = vault.id

@description('Address of the vault.')
output endpoint string = vault.properties.vaultUri
