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

@description('The most container groups that help when CPU batches pile up; 0 for none. Not with networkIsolation. They begin with the first provisioning after the CPU runner is deployed.')
@minValue(0)
@maxValue(100)
param maxBurstGroups int = 0

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

var cpuQueue = 'batches-cpu'
var gpuQueue = 'batches-cuda'
var resultQueue = 'results'
// The name of a queue is a prefix and the backend of its runners.
var batchQueues = empty(gpuProfile) ? [cpuQueue] : [cpuQueue, gpuQueue]
var artifactContainer = 'artifacts'
var modelContainer = 'models'
var deploymentContainer = 'deployments'
var hookKeyName = 'hook-key'

// They have no way into an isolated network.
var burstGroups = networkIsolation ? 0 : maxBurstGroups

// Without GPUs there is nothing that a second region could help with.
var secondRegion = empty(gpuProfile) ? '' : overflowLocation

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: '${abbreviations.resourceGroup}-${namePrefix}-${environmentName}'
  location: location
  tags: tags
}

module identities 'parts/identities.bicep' = {
  name: 'identities'
  scope: group
  params: {
    called: names
    location: location
    tags: tags
  }
}

module networks 'parts/networks.bicep' = if (networkIsolation) {
  name: 'networks'
  scope: group
  params: {
    called: names
    location: location
    overflowLocation: secondRegion
    tags: tags
  }
}

module stores 'parts/stores.bicep' = {
  name: 'stores'
  scope: group
  params: {
    called: names
    location: location
    tags: tags
    functions: identities.outputs.functions
    runner: identities.outputs.runner
    platform: identities.outputs.platform
    deployers: empty(principalId) ? [] : [{ principalId: principalId, principalType: principalType }]
    batchQueues: batchQueues
    resultQueue: resultQueue
    blobContainers: { artifacts: artifactContainer, models: modelContainer, deployments: deploymentContainer }
    hookKeyName: hookKeyName
    withBursts: burstGroups > 0
    durableBackend: durableBackend
    storageSku: storageSku
    undeleteDays: undeleteDays
    cosmosMaxThroughput: cosmosMaxThroughput
    cosmosZoneRedundant: cosmosZoneRedundant
    signalRSku: signalRSku
    signalRUnits: signalRUnits
    registrySku: registrySku
    networkIsolation: networkIsolation
    logRetentionDays: logRetentionDays
    logDailyCapGb: logDailyCapGb
    purgeProtection: purgeProtection
    allowedOrigins: allowedOrigins
  }
}

module privateEndpoints 'parts/private-endpoints.bicep' = if (networkIsolation) {
  name: 'private-endpoints'
  scope: group
  params: {
    namePrefix: '${abbreviations.privateEndpoint}-${namePrefix}-${token}'
    location: location
    tags: tags
    subnetId: networks!.outputs.endpointSubnetId
    networkIds: networks!.outputs.ids
    storeIds: stores.outputs.ids
  }
}

// What both the API and the runners are told.
var storeSettings = {
  Vortex__Azure__Blobs__ServiceUri: stores.outputs.dataBlobEndpoint
  Vortex__Azure__Blobs__Container: artifactContainer
  Vortex__Azure__Models__Container: modelContainer
  Vortex__Azure__Cosmos__Endpoint: stores.outputs.cosmosEndpoint
  Vortex__Azure__Cosmos__Database: 'vortex'
  Vortex__Azure__Queue__Namespace: stores.outputs.serviceBusHost
}

module capacity 'parts/capacity.bicep' = {
  name: 'capacity'
  scope: group
  params: {
    location: location
    overflowLocation: secondRegion
    overflowAfter: overflowAfter
    maxGpuRunners: empty(gpuProfile) ? 0 : maxGpuRunners
    maxCpuRunners: maxCpuRunners
    maxBurstGroups: burstGroups
    cpuImage: cpuRunnerExists ? runners.outputs.cpuImage : ''
    functions: identities.outputs.functions
    runner: identities.outputs.runner
    runnerIdentityName: names.runnerIdentity
  }
}

module api 'parts/api.bicep' = {
  name: 'api'
  scope: group
  params: {
    called: names
    location: location
    tags: tags
    identity: identities.outputs.functions
    storeSettings: storeSettings
    serviceBusHost: stores.outputs.serviceBusHost
    cosmosEndpoint: stores.outputs.cosmosEndpoint
    signalREndpoint: stores.outputs.signalREndpoint
    durableBackend: durableBackend
    schedulerEndpoint: stores.outputs.schedulerEndpoint
    taskHub: stores.outputs.taskHub
    hostStorageName: stores.outputs.hostStorageName
    hostBlobEndpoint: stores.outputs.hostBlobEndpoint
    deploymentContainer: deploymentContainer
    vaultEndpoint: stores.outputs.vaultEndpoint
    hookKeyName: hookKeyName
    capacitySettings: capacity.outputs.settings
    insightsConnectionString: stores.outputs.insightsConnectionString
    subnetId: networkIsolation ? networks!.outputs.functionSubnetId : ''
    maxFunctionInstances: maxFunctionInstances
    alwaysReadyFunctions: alwaysReadyFunctions
    allowedOrigins: allowedOrigins
    apiClientId: apiClientId
  }
  dependsOn: [privateEndpoints]
}

module runners 'parts/runners.bicep' = {
  name: 'runners'
  scope: group
  params: {
    called: names
    location: location
    overflowLocation: secondRegion
    tags: tags
    runner: identities.outputs.runner
    platform: identities.outputs.platform
    storeSettings: storeSettings
    cpuQueue: cpuQueue
    gpuQueue: gpuQueue
    serviceBusName: stores.outputs.serviceBusName
    registryServer: stores.outputs.registryServer
    logWorkspaceId: stores.outputs.logWorkspaceId
    subnetId: networkIsolation ? networks!.outputs.runnerSubnetId : ''
    overflowSubnetId: networkIsolation ? networks!.outputs.overflowRunnerSubnetId : ''
    gpuProfile: gpuProfile
    maxGpuRunners: maxGpuRunners
    maxCpuRunners: maxCpuRunners
    overflowAfter: overflowAfter
    idleMinutes: idleMinutes
    graceSeconds: graceSeconds
    cpuRunnerExists: cpuRunnerExists
    gpuRunnerExists: gpuRunnerExists
  }
  dependsOn: [privateEndpoints]
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
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = stores.outputs.registryServer

@description('Region.')
output AZURE_LOCATION string = location

@description('Resource group of everything.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Tenant that issues the tokens.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('Name of the function app.')
output API_NAME string = api.outputs.name

@description('Address of the API.')
output API_URL string = api.outputs.url

@description('Storage account of artifacts and models.')
output DATA_STORAGE_ACCOUNT string = stores.outputs.dataStorageName

@description('Container that models are uploaded to.')
output MODEL_CONTAINER string = modelContainer

@description('Vault of the secrets.')
output KEY_VAULT_ENDPOINT string = stores.outputs.vaultEndpoint

@description('Name of the CPU runner.')
output CPU_RUNNER_NAME string = runners.outputs.cpuRunnerName

@description('Name of the GPU runner; empty without GPUs.')
output GPU_RUNNER_NAME string = runners.outputs.gpuRunnerName

@description('Name of the GPU runner in the overflow region; empty without one.')
output OVERFLOW_RUNNER_NAME string = runners.outputs.overflowRunnerName

@description('The most container groups; 0 where none are started.')
output BURST_GROUPS string = string(cpuRunnerExists ? burstGroups : 0)
