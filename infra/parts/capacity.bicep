// What the API knows of runners: how many there may be, so that it can say why none is there, and how it may help itself when CPU batches pile up.

import { workload } from '../access.bicep'

@description('Region.')
param location string

@description('Second region for GPUs; empty for none.')
param overflowLocation string

@description('Waiting GPU batches from which the overflow region helps.')
@minValue(1)
param overflowAfter int

@description('The most GPU runners per region; 0 where there are none.')
@minValue(0)
param maxGpuRunners int

@description('The most CPU runners of the scale rule.')
@minValue(1)
param maxCpuRunners int

@description('The most container groups; 0 for none.')
@minValue(0)
@maxValue(100)
param maxBurstGroups int

@description('Image of the CPU runner; empty before one is deployed: then there is nothing to start.')
param cpuImage string

@description('Identity of the API.')
param functions workload

@description('Identity of the runners.')
param runner workload

@description('Name of that identity.')
param runnerIdentityName string

module access '../modules/burst-access.bicep' = if (maxBurstGroups > 0) {
  name: 'burst-access'
  params: {
    functionsPrincipalId: functions.principalId
    runnerIdentityName: runnerIdentityName
  }
}

var scaleSettings = {
  Vortex__Azure__Capacity__MaxGpuRunners: string(maxGpuRunners)
  Vortex__Azure__Capacity__MaxCpuRunners: string(maxCpuRunners)
  Vortex__Azure__Capacity__Region: location
  Vortex__Azure__Capacity__OverflowRegion: overflowLocation
  Vortex__Azure__Capacity__OverflowAfter: string(overflowAfter)
}

var burstSettings = maxBurstGroups > 0 && !empty(cpuImage)
  ? {
      Vortex__Azure__Capacity__Burst__MaxGroups: string(maxBurstGroups)
      Vortex__Azure__Capacity__Burst__ResourceGroup: resourceGroup().id
      Vortex__Azure__Capacity__Burst__Region: location
      Vortex__Azure__Capacity__Burst__Image: cpuImage
      Vortex__Azure__Capacity__Burst__IdentityId: runner.id
      Vortex__Azure__Capacity__Burst__IdentityClientId: runner.clientId
    }
  : {}

@description('Settings of the function app.')
output settings object = union(scaleSettings, burstSettings)
