@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the database.')
param databaseName string

@description('Containers. All have the key tenant, workspace, scope, and time to live switched on without a default.')
param containers string[]

@description('Highest request units per second of each container, a multiple of 1,000; 0 for serverless: nothing at rest, a price per request.')
@minValue(0)
param maxThroughput int

@description('Whether zones take copies. Not for serverless in every region.')
param zoneRedundant bool

@description('Whether the account answers on the internet; with false only through private endpoints.')
param publicAccess bool

@description('Object ids that may read and write documents. Keys are switched off.')
param contributors string[]

// Built into every account; it reads and writes documents and cannot change the account. Data-plane roles are no Azure roles, so it is not in roles.json.
var dataContributor = '00000000-0000-0000-0000-000000000002'

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-10-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: maxThroughput == 0 ? [{ name: 'EnableServerless' }] : []
    // A lease that was taken must be seen as taken by everybody.
    consistencyPolicy: { defaultConsistencyLevel: 'Strong' }
    locations: [{ locationName: location, failoverPriority: 0, isZoneRedundant: zoneRedundant }]
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: { tier: 'Continuous7Days' }
    }
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-10-15' = {
  parent: account
  name: databaseName
  properties: {
    resource: { id: databaseName }
  }
}

resource container 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-10-15' = [
  for item in containers: {
    parent: database
    name: item
    properties: {
      resource: {
        id: item
        partitionKey: {
          kind: 'MultiHash'
          version: 2
          paths: ['/tenant', '/workspace', '/scope']
        }
        defaultTtl: -1
      }
      options: maxThroughput == 0 ? {} : { autoscaleSettings: { maxThroughput: maxThroughput } }
    }
  }
]

// Where the function app notes how far it has read the change feed.
resource leases 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-10-15' = {
  parent: database
  name: 'leases'
  properties: {
    resource: {
      id: 'leases'
      partitionKey: {
        kind: 'Hash'
        version: 2
        paths: ['/id']
      }
    }
    options: maxThroughput == 0 ? {} : { autoscaleSettings: { maxThroughput: 1000 } }
  }
}

resource access 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-10-15' = [
  for principal in contributors: {
    parent: account
    name: guid(account.id, principal, dataContributor)
    properties: {
      principalId: principal
      roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
      scope: account.id
    }
  }
]

@description('Resource id, for private endpoints.')
output id string = account.id

@description('Address of the account.')
output endpoint string = account.properties.documentEndpoint
