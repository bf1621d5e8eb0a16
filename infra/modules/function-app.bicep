@description('Name of the app.')
param name string

@description('Name of the plan.')
param planName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the service in azure.yaml whose code this app takes.')
param serviceName string

@description('Resource id of the identity that the app shows to everything it reaches.')
param identityId string

@description('Client id of that identity.')
param identityClientId string

@description('Name of the storage account of the Functions host.')
param hostStorageName string

@description('Address of the blob service of that account.')
param hostBlobEndpoint string

@description('Container that takes the deployed package.')
param deploymentContainer string

@description('The most instances. It bounds the bill and what the stores behind must take.')
@minValue(40)
@maxValue(1000)
param maxInstances int

@description('Memory of one instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMb int

@description('Instances that are always ready for HTTP; 0 costs nothing at rest and makes the first request wait.')
@minValue(0)
param alwaysReady int

@description('Origins of web pages that may call the API.')
param allowedOrigins string[]

@description('Subnet for outgoing calls; empty for none.')
param subnetId string

@description('Where telemetry goes.')
param insightsConnectionString string

@description('Settings of the app beyond those of the host. No secrets: those lie in the vault.')
param settings object

var hostSettings = {
  AzureWebJobsStorage__accountName: hostStorageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AZURE_CLIENT_ID: identityClientId
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // A setting may name a secret of the vault; it is read with this identity.
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostBlobEndpoint}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        maximumInstanceCount: maxInstances
        instanceMemoryMB: instanceMemoryMb
        alwaysReady: alwaysReady == 0 ? [] : [{ name: 'http', instanceCount: alwaysReady }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
      cors: { allowedOrigins: allowedOrigins }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(hostSettings, settings)
  }

  // Publishing takes an identity; passwords for it are switched off.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Name of the app.')
output name string = app.name

@description('Address of the API.')
output url string = 'https://${app.properties.defaultHostName}'
