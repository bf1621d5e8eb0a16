// One direction. Two networks see each other when both directions are there.

@description('Name of the network that looks.')
param fromName string

@description('Resource id of the network that is seen.')
param toId string

resource from 'Microsoft.Network/virtualNetworks@2025-01-01' existing = {
  name: fromName

  resource peering 'virtualNetworkPeerings' = {
    name: 'overflow'
    properties: {
      allowVirtualNetworkAccess: true
      remoteVirtualNetwork: { id: toId }
    }
  }
}
