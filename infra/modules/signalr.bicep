import { grant } from '../access.bicep'

@description('Name of the service.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Free takes 20 connections and 20,000 messages a day; Standard 1,000 connections per unit.')
@allowed(['Free_F1', 'Standard_S1', 'Premium_P1'])
param sku string

@description('Units of Standard or Premium.')
@minValue(1)
@maxValue(100)
param units int

@description('Origins of web pages that may connect.')
param allowedOrigins string[]

@description('Whether servers may send over the internet; clients always connect over it.')
param publicAccess bool

@description('Who may send and negotiate.')
param grants grant[]

var roles = loadJsonContent('../roles.json')

resource service 'Microsoft.SignalRService/signalR@2024-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'SignalR'
  sku: {
    name: sku
    capacity: sku == 'Free_F1' ? 1 : units
  }
  properties: {
    disableLocalAuth: true
    features: [{ flag: 'ServiceMode', value: 'Serverless' }]
    cors: { allowedOrigins: empty(allowedOrigins) ? ['*'] : allowedOrigins }
    networkACLs: publicAccess
      ? null
      : {
          defaultAction: 'Deny'
          publicNetwork: { allow: ['ClientConnection'] }
        }
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in grants: {
    name: guid(service.id, item.principalId, item.role)
    scope: service
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role])
    }
  }
]

@description('Resource id, for private endpoints.')
output id string = service.id

@description('Address of the service.')
output endpoint string = 'https://${service.properties.hostName}'
