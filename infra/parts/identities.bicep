// Who is who: one identity per workload, and one that the platform alone uses, to pull images and to measure queues.

import { names } from '../naming.bicep'
import { workload } from '../access.bicep'

@description('Names of what is made.')
param called names

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

module functionIdentity '../modules/identity.bicep' = {
  name: 'function-identity'
  params: {
    name: called.functionIdentity
    location: location
    tags: tags
  }
}

module runnerIdentity '../modules/identity.bicep' = {
  name: 'runner-identity'
  params: {
    name: called.runnerIdentity
    location: location
    tags: tags
  }
}

module platformIdentity '../modules/identity.bicep' = {
  name: 'platform-identity'
  params: {
    name: called.platformIdentity
    location: location
    tags: tags
  }
}

@description('The API.')
output functions workload = {
  id: functionIdentity.outputs.id
  clientId: functionIdentity.outputs.clientId
  principalId: functionIdentity.outputs.principalId
}

@description('The runners.')
output runner workload = {
  id: runnerIdentity.outputs.id
  clientId: runnerIdentity.outputs.clientId
  principalId: runnerIdentity.outputs.principalId
}

@description('The platform, which pulls images and measures queues; containers cannot use it.')
output platform workload = {
  id: platformIdentity.outputs.id
  clientId: platformIdentity.outputs.clientId
  principalId: platformIdentity.outputs.principalId
}
