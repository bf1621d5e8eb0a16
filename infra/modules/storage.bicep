import { grant } from '../access.bicep'

@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('How often a blob is stored: LRS in one place, ZRS in three zones, GZRS in a second region too.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param sku string

@description('Blob containers. None of them is public.')
param containers string[]

@description('How long deleted blobs can be brought back, in days.')
@minValue(1)
@maxValue(365)
param undeleteDays int

@description('Whether the account answers on the internet; with false only through private endpoints.')
param publicAccess bool

@description('Origins of web pages that may read blobs over signed addresses.')
param allowedOrigins string[]

@description('Who may do what; a part names a container.')
param grants grant[]

var roles = loadJsonContent('../roles.json')

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    // No account key opens anything: who reads or writes shows an identity, or an address signed by one.
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowCrossTenantReplication: false
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: {
      defaultAction: publicAccess ? 'Allow' : 'Deny'
      bypass: 'None'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-08-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: undeleteDays }
    containerDeleteRetentionPolicy: { enabled: true, days: undeleteDays }
    cors: {
      corsRules: empty(allowedOrigins)
        ? []
        : [
            {
              allowedOrigins: allowedOrigins
              allowedMethods: ['GET', 'HEAD']
              allowedHeaders: ['*']
              exposedHeaders: ['Content-Length', 'Content-Range', 'ETag']
              maxAgeInSeconds: 3600
            }
          ]
    }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' = [
  for item in containers: {
    parent: blobs
    name: item
    properties: { publicAccess: 'None' }
  }
]

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in filter(grants, one => !contains(one, 'part')): {
    name: guid(account.id, item.principalId, item.role)
    scope: account
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role])
    }
  }
]

module containerAccess 'container-access.bicep' = [
  for (item, index) in filter(grants, one => contains(one, 'part')): {
    name: '${name}-access-${index}'
    params: {
      accountName: account.name
      grant: item
    }
    dependsOn: [container]
  }
]

@description('Resource id, for private endpoints.')
output id string = account.id

@description('Name of the account.')
output name string = account.name

@description('Address of the blob service.')
output blobEndpoint string = account.properties.primaryEndpoints.blob
