@description('Name of the virtual network.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('The first two numbers of its addresses, such as 10.60. Networks that are joined must differ.')
param addressPrefix string

resource network 'Microsoft.Network/virtualNetworks@2025-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['${addressPrefix}.0.0/16'] }
    subnets: [
      {
        // Every runner takes an address, so this one is large.
        name: 'runners'
        properties: {
          addressPrefix: '${addressPrefix}.0.0/21'
          delegations: [{ name: 'environments', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'functions'
        properties: {
          addressPrefix: '${addressPrefix}.8.0/24'
          delegations: [{ name: 'environments', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: '${addressPrefix}.9.0/24'
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }
}

@description('Resource id of the network.')
output id string = network.id

@description('Name of the network.')
output name string = network.name

@description('Subnet of the runners.')
output runnerSubnetId string = network.properties.subnets[0].id

@description('Subnet of the function app.')
output functionSubnetId string = network.properties.subnets[1].id

@description('Subnet of the private endpoints.')
output endpointSubnetId string = network.properties.subnets[2].id
