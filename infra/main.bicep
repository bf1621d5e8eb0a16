targetScope = 'subscription'

@description('Name of the environment, as azd knows it. Part of every name.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of everything but the overflow. One with serverless GPUs, or set gpuProfile to empty.')
@minLength(1)
param location string

@description('Second region whose GPU runners help when the first has none to give; empty for none.')
param overflowLocation string = ''

@description('Short prefix of every name, letters and digits.')
@minLength(1)
@maxLength(6)
param namePrefix string = 'vx'

@description('Object id of the person or pipeline that deploys. It may upload models, push images and set secrets; empty grants nobody.')
param principalId string = ''

@description('What that principal is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'User'

@description('What keeps the histories of runs. There is no way to move running ones from one to the other.')
@allowed(['scheduler', 'storage'])
param durableBackend string = 'scheduler'

@description('Kind of GPU; empty for CPU runners only.')
@allowed(['', 'Consumption-GPU-NC8as-T4', 'Consumption-GPU-NC24-A100'])
param gpuProfile string = 'Consumption-GPU-NC8as-T4'

@description('The most GPU runners per region. It bounds the bill; the quota of the subscription bounds it too.')
@minValue(1)
@maxValue(1000)
param maxGpuRunners int = 4

@description('The most CPU runners.')
@minValue(1)
@maxValue(1000)
param maxCpuRunners int = 10

@description('Waiting GPU batches from which the overflow region helps.')
@minValue(1)
param overflowAfter int = 20

@description('Minutes that an idle GPU runner stays, with its models loaded, before it leaves. Each costs as much as a working one.')
@minValue(1)
@maxValue(60)
param idleMinutes int = 5

@description('Seconds that a runner has to finish or give back when it is told to stop.')
@minValue(30)
@maxValue(600)
param graceSeconds int = 120

@description('The most instances of the function app.')
@minValue(40)
@maxValue(1000)
param maxFunctionInstances int = 40

@description('Function instances that are always ready. 0 costs nothing at rest; the first request then waits for a start.')
@minValue(0)
param alwaysReadyFunctions int = 0

@description('Copies of artifacts: LRS in one place, ZRS in three zones, GZRS in a second region too.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('Highest request units per second of each Cosmos DB container; 0 for serverless.')
@minValue(0)
param cosmosMaxThroughput int = 0

@description('Whether Cosmos DB keeps copies in three zones.')
param cosmosZoneRedundant bool = false

@description('Kind of SignalR Service. Free is for trying out: 20 connections, 20,000 messages a day.')
@allowed(['Free_F1', 'Standard_S1', 'Premium_P1'])
param signalRSku string = 'Free_F1'

@description('Units of SignalR Standard or Premium.')
@minValue(1)
@maxValue(100)
param signalRUnits int = 1

@description('Kind of container registry. Premium shortens cold starts by streaming images.')
@allowed(['Basic', 'Standard', 'Premium'])
param registrySku string = 'Basic'

@description('Whether stores and queues are reached through private endpoints only. Costs more at rest: Service Bus and registry become Premium, SignalR at least Standard.')
param networkIsolation bool = false

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('The most logs per day in GB; -1 for no limit.')
param logDailyCapGb int = 5

@description('Days that deleted artifacts can be brought back.')
@minValue(1)
@maxValue(365)
param undeleteDays int = 7

@description('Whether deleted secrets are kept against everybody. For production; it cannot be switched off again.')
param purgeProtection bool = false

@description('Origins of web pages that may call the API, such as https://studio.example.com.')
param allowedOrigins string[] = []

@description('Client id of the application in Entra ID whose tokens the API accepts.')
param apiClientId string = ''

@description('Monthly amount at which people are told; 0 for no budget.')
@minValue(0)
param monthlyBudget int = 0

@description('Who is told, as a list with commas.')
param budgetEmails string = ''

@description('First month of the budget, as yyyy-MM-01. A hook sets it once, since it cannot change later.')
param budgetStart string = ''

@description('Whether the CPU runner is deployed already; azd knows.')
param cpuRunnerExists bool = false

@description('Whether the GPU runner is deployed already; azd knows.')
param gpuRunnerExists bool = false

import { namesOf } from 'naming.bicep'

var token = toLower(uniqueString(subscription().id, environmentName, location))
var abbreviations = loadJsonContent('abbreviations.json')
var names = namesOf(abbreviations, namePrefix, environmentName, token)
var tags = { 'azd-env-name': environmentName, product: 'vortex' }
var placeholderImage = 'mcr.microsoft.com/k8se/quickstart:latest'

var cpuQueue = 'batches-cpu'
var gpuQueue = 'batches-cuda'
var resultQueue = 'results'
// The name of a queue is a prefix and the backend of its runners.
var batchQueues = empty(gpuProfile) ? [cpuQueue] : [cpuQueue, gpuQueue]
var artifactContainer = 'artifacts'
var modelContainer = 'models'
var deploymentContainer = 'deployments'

var withOverflow = !empty(overflowLocation) && !empty(gpuProfile)
var registrySkuInUse = networkIsolation ? 'Premium' : registrySku
var signalRSkuInUse = networkIsolation && signalRSku == 'Free_F1' ? 'Standard_S1' : signalRSku

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: '${abbreviations.resourceGroup}-${namePrefix}-${environmentName}'
  location: location
  tags: tags
}

// Who is who: one identity per workload, and one that the platform alone uses, to pull images and to measure queues.

module functionIdentity 'modules/identity.bicep' = {
  name: 'function-identity'
  scope: group
  params: {
    name: names.functionIdentity
    location: location
    tags: tags
  }
}

module runnerIdentity 'modules/identity.bicep' = {
  name: 'runner-identity'
  scope: group
  params: {
    name: names.runnerIdentity
    location: location
    tags: tags
  }
}

module platformIdentity 'modules/identity.bicep' = {
  name: 'platform-identity'
  scope: group
  params: {
    name: names.platformIdentity
    location: location
    tags: tags
  }
}

var functions = { principalId: functionIdentity.outputs.principalId, principalType: 'ServicePrincipal' }
var runner = { principalId: runnerIdentity.outputs.principalId, principalType: 'ServicePrincipal' }
var platform = { principalId: platformIdentity.outputs.principalId, principalType: 'ServicePrincipal' }
var deployers = empty(principalId) ? [] : [{ principalId: principalId, principalType: principalType }]

// Networks, where they are asked for.

module network 'modules/network.bicep' = if (networkIsolation) {
  name: 'network'
  scope: group
  params: {
    name: names.network
    location: location
    tags: tags
    addressPrefix: '10.60'
  }
}

module overflowNetwork 'modules/network.bicep' = if (networkIsolation && withOverflow) {
  name: 'overflow-network'
  scope: group
  params: {
    name: names.overflowNetwork
    location: overflowLocation
    tags: tags
    addressPrefix: '10.61'
  }
}

module peeringOut 'modules/network-peering.bicep' = if (networkIsolation && withOverflow) {
  name: 'peering-out'
  scope: group
  params: {
    fromName: network!.outputs.name
    toId: overflowNetwork!.outputs.id
  }
}

module peeringBack 'modules/network-peering.bicep' = if (networkIsolation && withOverflow) {
  name: 'peering-back'
  scope: group
  params: {
    fromName: overflowNetwork!.outputs.name
    toId: network!.outputs.id
  }
}

// Stores, queues, telemetry. Each takes the list of who may do what with it, and nobody else may do anything.

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: names.logAnalytics
    insightsName: names.applicationInsights
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
    grants: [{ ...functions, role: 'monitoringMetricsPublisher' }]
  }
}

module hostStorage 'modules/storage.bicep' = {
  name: 'host-storage'
  scope: group
  params: {
    name: names.hostStorage
    location: location
    tags: tags
    sku: 'Standard_LRS'
    containers: [deploymentContainer]
    undeleteDays: 7
    publicAccess: !networkIsolation
    allowedOrigins: []
    grants: concat(
      [
        { ...functions, role: 'storageBlobDataOwner' }
        { ...functions, role: 'storageQueueDataContributor' }
        { ...functions, role: 'storageTableDataContributor' }
      ],
      map(deployers, one => { ...one, role: 'storageBlobDataContributor', part: deploymentContainer })
    )
  }
}

module dataStorage 'modules/storage.bicep' = {
  name: 'data-storage'
  scope: group
  params: {
    name: names.dataStorage
    location: location
    tags: tags
    sku: storageSku
    containers: [artifactContainer, modelContainer]
    undeleteDays: undeleteDays
    publicAccess: !networkIsolation
    allowedOrigins: allowedOrigins
    grants: concat(
      [
        { ...functions, role: 'storageBlobDataContributor', part: artifactContainer }
        { ...functions, role: 'storageBlobDataReader', part: modelContainer }
        { ...functions, role: 'storageBlobDelegator' }
        { ...runner, role: 'storageBlobDataContributor', part: artifactContainer }
        { ...runner, role: 'storageBlobDataReader', part: modelContainer }
      ],
      map(deployers, one => { ...one, role: 'storageBlobDataContributor', part: modelContainer })
    )
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  name: 'service-bus'
  scope: group
  params: {
    name: names.serviceBus
    location: location
    tags: tags
    sku: networkIsolation ? 'Premium' : 'Standard'
    queues: concat(batchQueues, [resultQueue])
    // High: the lease records count how often a batch was tried, and put it aside.
    maxDeliveryCount: 100
    publicAccess: !networkIsolation
    grants: flatten([
      // The API sends batches and reads those put aside; runners fetch them, and send one again when it is to wait.
      map(batchQueues, queue => { ...functions, role: 'serviceBusDataSender', part: queue })
      map(batchQueues, queue => { ...functions, role: 'serviceBusDataReceiver', part: queue })
      map(batchQueues, queue => { ...runner, role: 'serviceBusDataReceiver', part: queue })
      map(batchQueues, queue => { ...runner, role: 'serviceBusDataSender', part: queue })
      // Measuring a queue is management, which only the owner may.
      map(batchQueues, queue => { ...platform, role: 'serviceBusDataOwner', part: queue })
      [
        { ...functions, role: 'serviceBusDataReceiver', part: resultQueue }
        { ...runner, role: 'serviceBusDataSender', part: resultQueue }
      ]
    ])
  }
}

module cosmos 'modules/cosmos.bicep' = {
  name: 'cosmos'
  scope: group
  params: {
    name: names.cosmosAccount
    location: location
    tags: tags
    databaseName: 'vortex'
    containers: ['documents', 'results']
    maxThroughput: cosmosMaxThroughput
    zoneRedundant: cosmosZoneRedundant
    publicAccess: !networkIsolation
    contributors: [functionIdentity.outputs.principalId, runnerIdentity.outputs.principalId]
  }
}

module signalR 'modules/signalr.bicep' = {
  name: 'signalr'
  scope: group
  params: {
    name: names.signalR
    location: location
    tags: tags
    sku: signalRSkuInUse
    units: signalRUnits
    allowedOrigins: allowedOrigins
    publicAccess: !networkIsolation
    grants: [{ ...functions, role: 'signalRRestApiOwner' }]
  }
}

module durableTask 'modules/durable-task.bicep' = if (durableBackend == 'scheduler') {
  name: 'durable-task'
  scope: group
  params: {
    name: names.durableTaskScheduler
    location: location
    tags: tags
    hubName: 'vortex'
    grants: concat(
      [{ ...functions, role: 'durableTaskDataContributor' }],
      map(deployers, one => { ...one, role: 'durableTaskDataContributor' })
    )
  }
}

module registry 'modules/registry.bicep' = {
  name: 'registry'
  scope: group
  params: {
    name: names.containerRegistry
    location: location
    tags: tags
    sku: registrySkuInUse
    publicAccess: !networkIsolation
    grants: concat([{ ...platform, role: 'acrPull' }], map(deployers, one => { ...one, role: 'acrPush' }))
  }
}

module keyVault 'modules/key-vault.bicep' = {
  name: 'key-vault'
  scope: group
  params: {
    name: names.keyVault
    location: location
    tags: tags
    purgeProtection: purgeProtection
    publicAccess: !networkIsolation
    grants: concat(
      [{ ...functions, role: 'keyVaultSecretsUser' }],
      map(deployers, one => { ...one, role: 'keyVaultSecretsOfficer' })
    )
  }
}

var storageSuffix = environment().suffixes.storage

module privateAccess 'modules/private-access.bicep' = if (networkIsolation) {
  name: 'private-access'
  scope: group
  params: {
    namePrefix: '${abbreviations.privateEndpoint}-${namePrefix}-${token}'
    location: location
    tags: tags
    subnetId: network!.outputs.endpointSubnetId
    networkIds: withOverflow ? [network!.outputs.id, overflowNetwork!.outputs.id] : [network!.outputs.id]
    zones: [
      'privatelink.blob.${storageSuffix}'
      'privatelink.queue.${storageSuffix}'
      'privatelink.table.${storageSuffix}'
      'privatelink.documents.azure.com'
      'privatelink.servicebus.windows.net'
      'privatelink.service.signalr.net'
      'privatelink.vaultcore.azure.net'
      'privatelink.azurecr.io'
    ]
    targets: [
      { name: 'data', id: dataStorage.outputs.id, group: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
      { name: 'host-blob', id: hostStorage.outputs.id, group: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
      { name: 'host-queue', id: hostStorage.outputs.id, group: 'queue', zone: 'privatelink.queue.${storageSuffix}' }
      { name: 'host-table', id: hostStorage.outputs.id, group: 'table', zone: 'privatelink.table.${storageSuffix}' }
      { name: 'cosmos', id: cosmos.outputs.id, group: 'Sql', zone: 'privatelink.documents.azure.com' }
      { name: 'bus', id: serviceBus.outputs.id, group: 'namespace', zone: 'privatelink.servicebus.windows.net' }
      { name: 'signalr', id: signalR.outputs.id, group: 'signalr', zone: 'privatelink.service.signalr.net' }
      { name: 'vault', id: keyVault.outputs.id, group: 'vault', zone: 'privatelink.vaultcore.azure.net' }
      { name: 'registry', id: registry.outputs.id, group: 'registry', zone: 'privatelink.azurecr.io' }
    ]
  }
}

// What runs.

var storeSettings = {
  Vortex__Azure__Blobs__ServiceUri: dataStorage.outputs.blobEndpoint
  Vortex__Azure__Blobs__Container: artifactContainer
  Vortex__Azure__Cosmos__Endpoint: cosmos.outputs.endpoint
  Vortex__Azure__Cosmos__Database: 'vortex'
  Vortex__Azure__Queue__Namespace: serviceBus.outputs.hostName
}

var busSettings = {
  ServiceBus__fullyQualifiedNamespace: serviceBus.outputs.hostName
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: functionIdentity.outputs.clientId
}

var feedSettings = {
  Cosmos__accountEndpoint: cosmos.outputs.endpoint
  Cosmos__credential: 'managedidentity'
  Cosmos__clientId: functionIdentity.outputs.clientId
}

var realtimeSettings = { Vortex__Azure__Realtime__Endpoint: signalR.outputs.endpoint }

var durableSettings = durableBackend == 'scheduler'
  ? {
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
      DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${durableTask!.outputs.endpoint};Authentication=ManagedIdentity;ClientID=${functionIdentity.outputs.clientId}'
      TASKHUB_NAME: durableTask!.outputs.hubName
    }
  : {
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'AzureStorage'
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'AzureWebJobsStorage'
      TASKHUB_NAME: 'vortex'
    }

var signInSettings = empty(apiClientId)
  ? {}
  : {
      AzureAd__Instance: az.environment().authentication.loginEndpoint
      AzureAd__TenantId: tenant().tenantId
      AzureAd__ClientId: apiClientId
    }

module functionApp 'modules/function-app.bicep' = {
  name: 'function-app'
  scope: group
  params: {
    name: names.functionApp
    planName: names.functionPlan
    location: location
    tags: tags
    serviceName: 'api'
    identityId: functionIdentity.outputs.id
    identityClientId: functionIdentity.outputs.clientId
    hostStorageName: hostStorage.outputs.name
    hostBlobEndpoint: hostStorage.outputs.blobEndpoint
    deploymentContainer: deploymentContainer
    maxInstances: maxFunctionInstances
    instanceMemoryMb: 2048
    alwaysReady: alwaysReadyFunctions
    allowedOrigins: allowedOrigins
    subnetId: networkIsolation ? network!.outputs.functionSubnetId : ''
    insightsConnectionString: monitoring.outputs.connectionString
    settings: union(storeSettings, busSettings, feedSettings, realtimeSettings, durableSettings, signInSettings)
  }
  dependsOn: [privateAccess]
}

module runnerEnvironment 'modules/runner-environment.bicep' = {
  name: 'runner-environment'
  scope: group
  params: {
    name: names.runnerEnvironment
    location: location
    tags: tags
    gpuProfile: gpuProfile
    subnetId: networkIsolation ? network!.outputs.runnerSubnetId : ''
    workspaceId: monitoring.outputs.workspaceId
  }
}

module overflowEnvironment 'modules/runner-environment.bicep' = if (withOverflow) {
  name: 'overflow-environment'
  scope: group
  params: {
    name: names.overflowEnvironment
    location: overflowLocation
    tags: tags
    gpuProfile: gpuProfile
    subnetId: networkIsolation ? overflowNetwork!.outputs.runnerSubnetId : ''
    workspaceId: monitoring.outputs.workspaceId
  }
}

module cpuImage 'modules/current-image.bicep' = {
  name: 'cpu-image'
  scope: group
  params: {
    name: names.cpuRunner
    exists: cpuRunnerExists
    placeholder: placeholderImage
  }
}

module gpuImage 'modules/current-image.bicep' = {
  name: 'gpu-image'
  scope: group
  params: {
    name: names.gpuRunner
    exists: gpuRunnerExists
    placeholder: placeholderImage
  }
}

var gpuSize = gpuProfile == 'Consumption-GPU-NC24-A100' ? { cpu: '24', memory: '220Gi' } : { cpu: '8', memory: '56Gi' }
var runnerArguments = [
  '--azure'
  '--cache'
  '/cache'
  '--health-port'
  '8081'
  '--health-address'
  '0.0.0.0'
  '--drain-seconds'
  string(graceSeconds - 15)
]
var runnerSettings = union(storeSettings, { AZURE_CLIENT_ID: runnerIdentity.outputs.clientId })

module cpuRunner 'modules/runner-app.bicep' = {
  name: 'cpu-runner'
  scope: group
  params: {
    name: names.cpuRunner
    location: location
    tags: tags
    serviceName: 'runner-cpu'
    environmentId: runnerEnvironment.outputs.id
    profile: 'Consumption'
    image: cpuImage.outputs.image
    registryServer: registry.outputs.loginServer
    cpu: '4'
    memory: '8Gi'
    queueName: cpuQueue
    serviceBusName: serviceBus.outputs.name
    maxRunners: maxCpuRunners
    batchesPerRunner: 4
    startAt: 0
    cooldownSeconds: 60
    graceSeconds: graceSeconds
    runnerIdentityId: runnerIdentity.outputs.id
    platformIdentityId: platformIdentity.outputs.id
    arguments: runnerArguments
    settings: runnerSettings
  }
  dependsOn: [privateAccess]
}

module gpuRunner 'modules/runner-app.bicep' = if (!empty(gpuProfile)) {
  name: 'gpu-runner'
  scope: group
  params: {
    name: names.gpuRunner
    location: location
    tags: tags
    serviceName: 'runner-gpu'
    environmentId: runnerEnvironment.outputs.id
    profile: 'gpu'
    image: gpuImage.outputs.image
    registryServer: registry.outputs.loginServer
    cpu: gpuSize.cpu
    memory: gpuSize.memory
    queueName: gpuQueue
    serviceBusName: serviceBus.outputs.name
    maxRunners: maxGpuRunners
    batchesPerRunner: 2
    startAt: 0
    cooldownSeconds: idleMinutes * 60
    graceSeconds: graceSeconds
    runnerIdentityId: runnerIdentity.outputs.id
    platformIdentityId: platformIdentity.outputs.id
    arguments: concat(runnerArguments, ['--batches', '1'])
    settings: runnerSettings
  }
  dependsOn: [privateAccess]
}

module overflowGpuRunner 'modules/runner-app.bicep' = if (withOverflow) {
  name: 'overflow-gpu-runner'
  scope: group
  params: {
    name: names.overflowGpuRunner
    location: overflowLocation
    tags: tags
    serviceName: ''
    environmentId: overflowEnvironment!.outputs.id
    profile: 'gpu'
    image: gpuImage.outputs.image
    registryServer: registry.outputs.loginServer
    cpu: gpuSize.cpu
    memory: gpuSize.memory
    queueName: gpuQueue
    serviceBusName: serviceBus.outputs.name
    maxRunners: maxGpuRunners
    batchesPerRunner: 2
    startAt: overflowAfter
    cooldownSeconds: 60
    graceSeconds: graceSeconds
    runnerIdentityId: runnerIdentity.outputs.id
    platformIdentityId: platformIdentity.outputs.id
    arguments: concat(runnerArguments, ['--batches', '1'])
    settings: runnerSettings
  }
  dependsOn: [privateAccess]
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0 && !empty(budgetEmails) && !empty(budgetStart)) {
  name: 'budget'
  scope: group
  params: {
    name: names.budget
    monthlyAmount: max(monthlyBudget, 1)
    startDate: budgetStart
    emails: split(budgetEmails, ',')
  }
}

@description('Host name of the registry; azd pushes images to it.')
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = registry.outputs.loginServer

@description('Region.')
output AZURE_LOCATION string = location

@description('Resource group of everything.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Tenant that issues the tokens.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('Name of the function app.')
output API_NAME string = functionApp.outputs.name

@description('Address of the API.')
output API_URL string = functionApp.outputs.url

@description('Storage account of artifacts and models.')
output DATA_STORAGE_ACCOUNT string = dataStorage.outputs.name

@description('Container that models are uploaded to.')
output MODEL_CONTAINER string = modelContainer

@description('Vault of the secrets.')
output KEY_VAULT_ENDPOINT string = keyVault.outputs.endpoint

@description('Name of the CPU runner.')
output CPU_RUNNER_NAME string = cpuRunner.outputs.name

@description('Name of the GPU runner; empty without GPUs.')
output GPU_RUNNER_NAME string = empty(gpuProfile) ? '' : gpuRunner!.outputs.name

@description('Name of the GPU runner in the overflow region; empty without one.')
output OVERFLOW_RUNNER_NAME string = withOverflow ? overflowGpuRunner!.outputs.name : ''
