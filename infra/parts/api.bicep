// The API and the orchestration: what the function app is told, and the app.

import { names } from '../naming.bicep'
import { workload } from '../access.bicep'

@description('Names of what is made.')
param called names

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Identity of the API.')
param identity workload

@description('Settings of the stores.')
param storeSettings object

@description('Host name of the namespace of queues.')
param serviceBusHost string

@description('Address of the documents.')
param cosmosEndpoint string

@description('Address of SignalR Service.')
param signalREndpoint string

@description('What keeps the histories of runs.')
@allowed(['scheduler', 'storage'])
param durableBackend string

@description('Address of the scheduler; empty without one.')
param schedulerEndpoint string

@description('Task hub of the orchestrations.')
param taskHub string

@description('Name of the storage account of the Functions host.')
param hostStorageName string

@description('Address of its blob service.')
param hostBlobEndpoint string

@description('Container that takes the deployed package.')
param deploymentContainer string

@description('Address of the vault.')
param vaultEndpoint string

@description('Name of the secret that seals the signing secrets of hooks.')
param hookKeyName string

@description('What runners there are, and how container groups help; see CapacityOptions.')
param capacitySettings object

@description('Where telemetry goes.')
param insightsConnectionString string

@description('Subnet for outgoing calls; empty for none.')
param subnetId string

@description('The most instances of the function app.')
@minValue(40)
@maxValue(1000)
param maxFunctionInstances int

@description('Function instances that are always ready. 0 costs nothing at rest; the first request then waits for a start.')
@minValue(0)
param alwaysReadyFunctions int

@description('Origins of web pages that may call the API, such as https://studio.example.com.')
param allowedOrigins string[]

@description('Client id of the application in Entra ID whose tokens the API accepts.')
param apiClientId string

var busSettings = {
  ServiceBus__fullyQualifiedNamespace: serviceBusHost
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identity.clientId
}

var feedSettings = {
  Cosmos__accountEndpoint: cosmosEndpoint
  Cosmos__credential: 'managedidentity'
  Cosmos__clientId: identity.clientId
}

var realtimeSettings = { Vortex__Azure__Realtime__Endpoint: signalREndpoint }

// The platform puts the secret in its place; what it could not read, the app passes over, and hooks take tokens only.
var hookSettings = { Vortex__Api__HookKeys__0: '@Microsoft.KeyVault(SecretUri=${vaultEndpoint}secrets/${hookKeyName})' }

var durableSettings = durableBackend == 'scheduler'
  ? {
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
      DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identity.clientId}'
      TASKHUB_NAME: taskHub
    }
  : {
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'AzureStorage'
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'AzureWebJobsStorage'
      TASKHUB_NAME: taskHub
    }

var signInSettings = empty(apiClientId)
  ? {}
  : {
      AzureAd__Instance: az.environment().authentication.loginEndpoint
      AzureAd__TenantId: tenant().tenantId
      AzureAd__ClientId: apiClientId
    }

module functionApp '../modules/function-app.bicep' = {
  name: 'function-app'
  params: {
    name: called.functionApp
    planName: called.functionPlan
    location: location
    tags: tags
    serviceName: 'api'
    identityId: identity.id
    identityClientId: identity.clientId
    hostStorageName: hostStorageName
    hostBlobEndpoint: hostBlobEndpoint
    deploymentContainer: deploymentContainer
    maxInstances: maxFunctionInstances
    instanceMemoryMb: 2048
    alwaysReady: alwaysReadyFunctions
    allowedOrigins: allowedOrigins
    subnetId: subnetId
    insightsConnectionString: insightsConnectionString
    settings: union(
      storeSettings,
      busSettings,
      feedSettings,
      realtimeSettings,
      hookSettings,
      capacitySettings,
      durableSettings,
      signInSettings
    )
  }
}

@description('Name of the function app.')
output name string = functionApp.outputs.name

@description('Address of the API.')
output url string = functionApp.outputs.url
