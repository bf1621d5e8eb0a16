// Stores, queues, telemetry. Each takes the list of who may do what with it, and nobody else may do anything.

import { names } from '../naming.bicep'
import { deployer, workload } from '../access.bicep'

@description('Names of what is made.')
param called names

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Identity of the API.')
param functions workload

@description('Identity of the runners.')
param runner workload

@description('Identity of the platform.')
param platform workload

@description('Who may upload models, push images and set secrets.')
param deployers deployer[]

@description('Names of the queues of batches, one per backend.')
param batchQueues string[]

@description('Name of the queue of outcomes.')
param resultQueue string

@description('Name of the secret that seals the signing secrets of hooks.')
param hookKeyName string

@description('Containers of artifacts, of models and of deployed packages.')
param blobContainers {
  artifacts: string
  models: string
  deployments: string
}

@description('What keeps the histories of runs. There is no way to move running ones from one to the other.')
@allowed(['scheduler', 'storage'])
param durableBackend string

@description('Copies of artifacts: LRS in one place, ZRS in three zones, GZRS in a second region too.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string

@description('Days that deleted artifacts can be brought back.')
@minValue(1)
@maxValue(365)
param undeleteDays int

@description('Highest request units per second of each Cosmos DB container; 0 for serverless.')
@minValue(0)
param cosmosMaxThroughput int

@description('Whether Cosmos DB keeps copies in three zones.')
param cosmosZoneRedundant bool

@description('Kind of SignalR Service. Free is for trying out: 20 connections, 20,000 messages a day.')
@allowed(['Free_F1', 'Standard_S1', 'Premium_P1'])
param signalRSku string

@description('Units of SignalR Standard or Premium.')
@minValue(1)
@maxValue(100)
param signalRUnits int

@description('Kind of container registry. Premium shortens cold starts by streaming images.')
@allowed(['Basic', 'Standard', 'Premium'])
param registrySku string

@description('Whether container groups run runners.')
param withBursts bool

@description('Whether stores and queues are reached through private endpoints only. Costs more at rest: Service Bus and registry become Premium, SignalR at least Standard.')
param networkIsolation bool

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int

@description('The most logs per day in GB; -1 for no limit.')
param logDailyCapGb int

@description('Whether deleted secrets are kept against everybody. For production; it cannot be switched off again.')
param purgeProtection bool

@description('Origins of web pages that may call the API, such as https://studio.example.com.')
param allowedOrigins string[]

var asFunctions = { principalId: functions.principalId, principalType: 'ServicePrincipal' }
var asRunner = { principalId: runner.principalId, principalType: 'ServicePrincipal' }
var asPlatform = { principalId: platform.principalId, principalType: 'ServicePrincipal' }
// What private endpoints need, and what SignalR Service offers them from.
var registrySkuInUse = networkIsolation ? 'Premium' : registrySku
var signalRSkuInUse = networkIsolation && signalRSku == 'Free_F1' ? 'Standard_S1' : signalRSku

module monitoring '../modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    workspaceName: called.logAnalytics
    insightsName: called.applicationInsights
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
    grants: [{ ...asFunctions, role: 'monitoringMetricsPublisher' }]
  }
}

module hostStorage '../modules/storage.bicep' = {
  name: 'host-storage'
  params: {
    name: called.hostStorage
    location: location
    tags: tags
    sku: 'Standard_LRS'
    containers: [blobContainers.deployments]
    undeleteDays: 7
    publicAccess: !networkIsolation
    allowedOrigins: []
    grants: concat(
      [
        { ...asFunctions, role: 'storageBlobDataOwner' }
        { ...asFunctions, role: 'storageQueueDataContributor' }
        { ...asFunctions, role: 'storageTableDataContributor' }
      ],
      map(deployers, one => { ...one, role: 'storageBlobDataContributor', part: blobContainers.deployments })
    )
  }
}

module dataStorage '../modules/storage.bicep' = {
  name: 'data-storage'
  params: {
    name: called.dataStorage
    location: location
    tags: tags
    sku: storageSku
    containers: [blobContainers.artifacts, blobContainers.models]
    undeleteDays: undeleteDays
    publicAccess: !networkIsolation
    allowedOrigins: allowedOrigins
    grants: concat(
      [
        { ...asFunctions, role: 'storageBlobDataContributor', part: blobContainers.artifacts }
        { ...asFunctions, role: 'storageBlobDataReader', part: blobContainers.models }
        { ...asFunctions, role: 'storageBlobDelegator' }
        { ...asRunner, role: 'storageBlobDataContributor', part: blobContainers.artifacts }
        { ...asRunner, role: 'storageBlobDataReader', part: blobContainers.models }
      ],
      map(deployers, one => { ...one, role: 'storageBlobDataContributor', part: blobContainers.models })
    )
  }
}

module serviceBus '../modules/service-bus.bicep' = {
  name: 'service-bus'
  params: {
    name: called.serviceBus
    location: location
    tags: tags
    sku: networkIsolation ? 'Premium' : 'Standard'
    queues: concat(batchQueues, [resultQueue])
    // High: the lease records count how often a batch was tried, and put it aside.
    maxDeliveryCount: 100
    publicAccess: !networkIsolation
    grants: flatten([
      // The API sends batches and reads those put aside; runners fetch them, and send one again when it is to wait.
      map(batchQueues, queue => { ...asFunctions, role: 'serviceBusDataSender', part: queue })
      map(batchQueues, queue => { ...asFunctions, role: 'serviceBusDataReceiver', part: queue })
      map(batchQueues, queue => { ...asRunner, role: 'serviceBusDataReceiver', part: queue })
      map(batchQueues, queue => { ...asRunner, role: 'serviceBusDataSender', part: queue })
      // Measuring a queue is management, which only the owner may.
      map(batchQueues, queue => { ...asPlatform, role: 'serviceBusDataOwner', part: queue })
      [
        { ...asFunctions, role: 'serviceBusDataReceiver', part: resultQueue }
        { ...asRunner, role: 'serviceBusDataSender', part: resultQueue }
      ]
    ])
  }
}

module cosmos '../modules/cosmos.bicep' = {
  name: 'cosmos'
  params: {
    name: called.cosmosAccount
    location: location
    tags: tags
    databaseName: 'vortex'
    containers: ['documents', 'results']
    maxThroughput: cosmosMaxThroughput
    zoneRedundant: cosmosZoneRedundant
    publicAccess: !networkIsolation
    contributors: [functions.principalId, runner.principalId]
  }
}

module signalR '../modules/signalr.bicep' = {
  name: 'signalr'
  params: {
    name: called.signalR
    location: location
    tags: tags
    sku: signalRSkuInUse
    units: signalRUnits
    allowedOrigins: allowedOrigins
    publicAccess: !networkIsolation
    grants: [{ ...asFunctions, role: 'signalRRestApiOwner' }]
  }
}

module durableTask '../modules/durable-task.bicep' = if (durableBackend == 'scheduler') {
  name: 'durable-task'
  params: {
    name: called.durableTaskScheduler
    location: location
    tags: tags
    hubName: 'vortex'
    grants: concat(
      [{ ...asFunctions, role: 'durableTaskDataContributor' }],
      map(deployers, one => { ...one, role: 'durableTaskDataContributor' })
    )
  }
}

module registry '../modules/registry.bicep' = {
  name: 'registry'
  params: {
    name: called.containerRegistry
    location: location
    tags: tags
    sku: registrySkuInUse
    publicAccess: !networkIsolation
    grants: concat(
      // A container group pulls its image as the runner that it becomes.
      withBursts ? [{ ...asPlatform, role: 'acrPull' }, { ...asRunner, role: 'acrPull' }] : [{ ...asPlatform, role: 'acrPull' }],
      map(deployers, one => { ...one, role: 'acrPush' })
    )
  }
}

module keyVault '../modules/key-vault.bicep' = {
  name: 'key-vault'
  params: {
    name: called.keyVault
    location: location
    tags: tags
    purgeProtection: purgeProtection
    sealName: hookKeyName
    publicAccess: !networkIsolation
    grants: concat(
      [{ ...asFunctions, role: 'keyVaultSecretsUser' }],
      map(deployers, one => { ...one, role: 'keyVaultSecretsOfficer' })
    )
  }
}

@description('Resource ids, for private endpoints.')
output ids {
  data: string
  host: string
  cosmos: string
  bus: string
  signalR: string
  vault: string
  registry: string
} = {
  data: dataStorage.outputs.id
  host: hostStorage.outputs.id
  cosmos: cosmos.outputs.id
  bus: serviceBus.outputs.id
  signalR: signalR.outputs.id
  vault: keyVault.outputs.id
  registry: registry.outputs.id
}

@description('Name of the storage account of artifacts and models.')
output dataStorageName string = dataStorage.outputs.name

@description('Address of its blob service.')
output dataBlobEndpoint string = dataStorage.outputs.blobEndpoint

@description('Name of the storage account of the Functions host.')
output hostStorageName string = hostStorage.outputs.name

@description('Address of its blob service.')
output hostBlobEndpoint string = hostStorage.outputs.blobEndpoint

@description('Address of the documents.')
output cosmosEndpoint string = cosmos.outputs.endpoint

@description('Name of the namespace of queues.')
output serviceBusName string = serviceBus.outputs.name

@description('Host name of that namespace.')
output serviceBusHost string = serviceBus.outputs.hostName

@description('Address of SignalR Service.')
output signalREndpoint string = signalR.outputs.endpoint

@description('Address of the scheduler; empty without one.')
output schedulerEndpoint string = durableBackend == 'scheduler' ? durableTask!.outputs.endpoint : ''

@description('Task hub of the orchestrations.')
output taskHub string = durableBackend == 'scheduler' ? durableTask!.outputs.hubName : 'vortex'

@description('Host name of the registry.')
output registryServer string = registry.outputs.loginServer

@description('Address of the vault.')
output vaultEndpoint string = keyVault.outputs.endpoint

@description('Where telemetry goes; no key.')
output insightsConnectionString string = monitoring.outputs.connectionString

@description('Resource id of the log workspace.')
output logWorkspaceId string = monitoring.outputs.workspaceId
