import { grant } from '../access.bicep'

@description('Name of the namespace.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Premium costs by the hour and is what private endpoints need; Standard costs per operation.')
@allowed(['Standard', 'Premium'])
param sku string

@description('Queues to make: one per kind of runner, and one for what became of the batches.')
param queues string[]

@description('How often a message is handed out before it is put aside.')
@minValue(1)
@maxValue(100)
param maxDeliveryCount int

@description('Whether the namespace answers on the internet; with false only through private endpoints.')
param publicAccess bool

@description('Who may do what; a part names a queue.')
param grants grant[]

var roles = loadJsonContent('../roles.json')

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
    tier: sku
    capacity: sku == 'Premium' ? 1 : null
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }
}

@batchSize(1)
resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for item in queues: {
    parent: namespace
    name: item
    properties: {
      // The holder renews. The lease record in Cosmos DB is the truth; a runner that dies should not keep others asleep for long.
      lockDuration: 'PT1M'
      // A batch that is sent twice under one message id is kept once.
      requiresDuplicateDetection: true
      duplicateDetectionHistoryTimeWindow: 'PT1H'
      maxDeliveryCount: maxDeliveryCount
      deadLetteringOnMessageExpiration: true
      defaultMessageTimeToLive: 'P14D'
      maxSizeInMegabytes: 5120
    }
  }
]

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in filter(grants, one => !contains(one, 'part')): {
    name: guid(namespace.id, item.principalId, item.role)
    scope: namespace
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role])
    }
  }
]

module queueAccess 'queue-access.bicep' = [
  for (item, index) in filter(grants, one => contains(one, 'part')): {
    name: '${name}-access-${index}'
    params: {
      namespaceName: namespace.name
      grant: item
    }
    dependsOn: [queue]
  }
]

@description('Resource id, for private endpoints.')
output id string = namespace.id

@description('Name of the namespace, for scale rules.')
output name string = namespace.name

@description('Host name that clients connect to.')
output hostName string = split(split(namespace.properties.serviceBusEndpoint, '//')[1], ':')[0]
