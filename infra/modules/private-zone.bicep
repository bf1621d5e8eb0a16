@description('Name of the zone, such as privatelink.vaultcore.azure.net.')
param name string

@description('Tags of every resource.')
param tags object

@description('Resource ids of the networks that ask it.')
param networkIds string[]

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: name
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for networkId in networkIds: {
    parent: zone
    name: uniqueString(networkId)
    location: 'global'
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

@description('Resource id of the zone.')
output id string = zone.id
