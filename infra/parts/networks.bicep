// Networks, where they are asked for: one per region, joined.

import { names } from '../naming.bicep'

@description('Names of what is made.')
param called names

@description('Region.')
param location string

@description('Second region; empty for none.')
param overflowLocation string

@description('Tags of every resource.')
param tags object

var withOverflow = !empty(overflowLocation)

module network '../modules/network.bicep' = {
  name: 'network'
  params: {
    name: called.network
    location: location
    tags: tags
    addressPrefix: '10.60'
  }
}

module overflowNetwork '../modules/network.bicep' = if (withOverflow) {
  name: 'overflow-network'
  params: {
    name: called.overflowNetwork
    location: overflowLocation
    tags: tags
    addressPrefix: '10.61'
  }
}

module peeringOut '../modules/network-peering.bicep' = if (withOverflow) {
  name: 'peering-out'
  params: {
    fromName: network.outputs.name
    toId: overflowNetwork!.outputs.id
  }
}

module peeringBack '../modules/network-peering.bicep' = if (withOverflow) {
  name: 'peering-back'
  params: {
    fromName: overflowNetwork!.outputs.name
    toId: network.outputs.id
  }
}

@description('Subnet of private endpoints.')
output endpointSubnetId string = network.outputs.endpointSubnetId

@description('Subnet of the API.')
output functionSubnetId string = network.outputs.functionSubnetId

@description('Subnet of runners.')
output runnerSubnetId string = network.outputs.runnerSubnetId

@description('Subnet of runners in the second region; empty without one.')
output overflowRunnerSubnetId string = withOverflow ? overflowNetwork!.outputs.runnerSubnetId : ''

@description('The networks, for the names of private endpoints.')
output ids string[] = withOverflow ? [network.outputs.id, overflowNetwork!.outputs.id] : [network.outputs.id]
