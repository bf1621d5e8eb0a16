// The private side of everything that a workload reaches: one zone per kind of name, one endpoint per part of a resource.

@description('One part of a resource that is to be reached privately.')
type target = {
  @description('Short name, unique in the list.')
  name: string

  @description('Resource id.')
  id: string

  @description('Which part, such as blob or Sql.')
  group: string

  @description('A member of zones.')
  zone: string
}

@description('Prefix of the endpoints\' names.')
param namePrefix string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Subnet of the endpoints.')
param subnetId string

@description('Networks that ask the zones.')
param networkIds string[]

@description('Private zones, each once.')
param zones string[]

@description('What is to be reached.')
param targets target[]

module zone 'private-zone.bicep' = [
  for item in zones: {
    name: 'zone-${uniqueString(item)}'
    params: {
      name: item
      tags: tags
      networkIds: networkIds
    }
  }
]

module endpoint 'private-endpoint.bicep' = [
  for item in targets: {
    name: 'endpoint-${item.name}'
    params: {
      name: '${namePrefix}-${item.name}'
      location: location
      tags: tags
      subnetId: subnetId
      targetId: item.id
      group: item.group
      zoneId: zone[indexOf(zones, item.zone)].outputs.id
    }
  }
]
