// Ways into the stores for an isolated network, and the names that lead there.

@description('What the names of endpoints begin with.')
param namePrefix string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Subnet of the endpoints.')
param subnetId string

@description('Networks that ask for the names.')
param networkIds string[]

@description('Resource ids of the stores.')
param storeIds {
  data: string
  host: string
  cosmos: string
  bus: string
  signalR: string
  vault: string
  registry: string
}

var storageSuffix = environment().suffixes.storage

module access '../modules/private-access.bicep' = {
  name: 'private-access'
  params: {
    namePrefix: namePrefix
    location: location
    tags: tags
    subnetId: subnetId
    networkIds: networkIds
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
      { name: 'data', id: storeIds.data, group: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
      { name: 'host-blob', id: storeIds.host, group: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
      { name: 'host-queue', id: storeIds.host, group: 'queue', zone: 'privatelink.queue.${storageSuffix}' }
      { name: 'host-table', id: storeIds.host, group: 'table', zone: 'privatelink.table.${storageSuffix}' }
      { name: 'cosmos', id: storeIds.cosmos, group: 'Sql', zone: 'privatelink.documents.azure.com' }
      { name: 'bus', id: storeIds.bus, group: 'namespace', zone: 'privatelink.servicebus.windows.net' }
      { name: 'signalr', id: storeIds.signalR, group: 'signalr', zone: 'privatelink.service.signalr.net' }
      { name: 'vault', id: storeIds.vault, group: 'vault', zone: 'privatelink.vaultcore.azure.net' }
      { name: 'registry', id: storeIds.registry, group: 'registry', zone: 'privatelink.azurecr.io' }
    ]
  }
}
