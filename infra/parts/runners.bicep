// Who executes batches: runners on CPUs, runners on GPUs, and those of a second region.

import { names } from '../naming.bicep'
import { workload } from '../access.bicep'

@description('Names of what is made.')
param called names

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Second region for GPUs; empty for none.')
param overflowLocation string

@description('Identity of the runners.')
param runner workload

@description('Identity of the platform.')
param platform workload

@description('Settings of the stores.')
param storeSettings object

@description('Queue of the CPU runners.')
param cpuQueue string

@description('Queue of the GPU runners.')
param gpuQueue string

@description('Name of the namespace of queues.')
param serviceBusName string

@description('Host name of the registry.')
param registryServer string

@description('Resource id of the log workspace.')
param logWorkspaceId string

@description('Subnet of the runners; empty for none.')
param subnetId string

@description('Subnet of the runners in the second region; empty for none.')
param overflowSubnetId string

@description('Kind of GPU; empty for CPU runners only.')
@allowed(['', 'Consumption-GPU-NC8as-T4', 'Consumption-GPU-NC24-A100'])
param gpuProfile string

@description('The most GPU runners per region. It bounds the bill; the quota of the subscription bounds it too.')
@minValue(1)
@maxValue(1000)
param maxGpuRunners int

@description('The most CPU runners.')
@minValue(1)
@maxValue(1000)
param maxCpuRunners int

@description('Waiting GPU batches from which the overflow region helps.')
@minValue(1)
param overflowAfter int

@description('Minutes that an idle GPU runner stays, with its models loaded, before it leaves. Each costs as much as a working one.')
@minValue(1)
@maxValue(60)
param idleMinutes int

@description('Seconds that a runner has to finish or give back when it is told to stop.')
@minValue(30)
@maxValue(600)
param graceSeconds int

@description('Whether the CPU runner is deployed already; azd knows.')
param cpuRunnerExists bool

@description('Whether the GPU runner is deployed already; azd knows.')
param gpuRunnerExists bool

var withOverflow = !empty(overflowLocation) && !empty(gpuProfile)
var placeholderImage = 'mcr.microsoft.com/k8se/quickstart:latest'

module runnerEnvironment '../modules/runner-environment.bicep' = {
  name: 'runner-environment'
  params: {
    name: called.runnerEnvironment
    location: location
    tags: tags
    gpuProfile: gpuProfile
    subnetId: subnetId
    workspaceId: logWorkspaceId
  }
}

module overflowEnvironment '../modules/runner-environment.bicep' = if (withOverflow) {
  name: 'overflow-environment'
  params: {
    name: called.overflowEnvironment
    location: overflowLocation
    tags: tags
    gpuProfile: gpuProfile
    subnetId: overflowSubnetId
    workspaceId: logWorkspaceId
  }
}

module cpuImage '../modules/current-image.bicep' = {
  name: 'cpu-image'
  params: {
    name: called.cpuRunner
    exists: cpuRunnerExists
    placeholder: placeholderImage
  }
}

module gpuImage '../modules/current-image.bicep' = {
  name: 'gpu-image'
  params: {
    name: called.gpuRunner
    exists: gpuRunnerExists
    placeholder: placeholderImage
  }
}

var gpuSize = gpuProfile == 'Consumption-GPU-NC24-A100' ? { cpu: '24', memory: '220Gi' } : { cpu: '8', memory: '56Gi' }
var runnerArguments = [
  '--azure'
  '--cache'
  '/cache'
  '--health-port'
  '8081'
  '--health-address'
  '0.0.0.0'
  '--drain-seconds'
  string(graceSeconds - 15)
]
// Models on the disk: seven of the eight GiB that a replica has, caches and spool together. The platform ends a replica that takes more.
var runnerSettings = union(storeSettings, { AZURE_CLIENT_ID: runner.clientId, Vortex__Runner__ModelDiskBytes: '7516192768' })

module cpuRunner '../modules/runner-app.bicep' = {
  name: 'cpu-runner'
  params: {
    name: called.cpuRunner
    location: location
    tags: tags
    serviceName: 'runner-cpu'
    environmentId: runnerEnvironment.outputs.id
    profile: 'Consumption'
    image: cpuImage.outputs.image
    registryServer: registryServer
    cpu: '4'
    memory: '8Gi'
    queueName: cpuQueue
    serviceBusName: serviceBusName
    maxRunners: maxCpuRunners
    batchesPerRunner: 4
    startAt: 0
    cooldownSeconds: 60
    graceSeconds: graceSeconds
    runnerIdentityId: runner.id
    platformIdentityId: platform.id
    arguments: runnerArguments
    settings: runnerSettings
  }
}

module gpuRunner '../modules/runner-app.bicep' = if (!empty(gpuProfile)) {
  name: 'gpu-runner'
  params: {
    name: called.gpuRunner
    location: location
    tags: tags
    serviceName: 'runner-gpu'
    environmentId: runnerEnvironment.outputs.id
    profile: 'gpu'
    image: gpuImage.outputs.image
    registryServer: registryServer
    cpu: gpuSize.cpu
    memory: gpuSize.memory
    queueName: gpuQueue
    serviceBusName: serviceBusName
    maxRunners: maxGpuRunners
    batchesPerRunner: 2
    startAt: 0
    cooldownSeconds: idleMinutes * 60
    graceSeconds: graceSeconds
    runnerIdentityId: runner.id
    platformIdentityId: platform.id
    arguments: concat(runnerArguments, ['--batches', '1'])
    settings: runnerSettings
  }
}

module overflowGpuRunner '../modules/runner-app.bicep' = if (withOverflow) {
  name: 'overflow-gpu-runner'
  params: {
    name: called.overflowGpuRunner
    location: overflowLocation
    tags: tags
    serviceName: ''
    environmentId: overflowEnvironment!.outputs.id
    profile: 'gpu'
    image: gpuImage.outputs.image
    registryServer: registryServer
    cpu: gpuSize.cpu
    memory: gpuSize.memory
    queueName: gpuQueue
    serviceBusName: serviceBusName
    maxRunners: maxGpuRunners
    batchesPerRunner: 2
    startAt: overflowAfter
    cooldownSeconds: 60
    graceSeconds: graceSeconds
    runnerIdentityId: runner.id
    platformIdentityId: platform.id
    arguments: concat(runnerArguments, ['--batches', '1'])
    settings: runnerSettings
  }
}

@description('Image of the CPU runner; the placeholder until one is deployed.')
output cpuImage string = cpuImage.outputs.image

@description('Name of the CPU runner.')
output cpuRunnerName string = cpuRunner.outputs.name

@description('Name of the GPU runner; empty without GPUs.')
output gpuRunnerName string = empty(gpuProfile) ? '' : gpuRunner!.outputs.name

@description('Name of the GPU runner in the second region; empty without one.')
output overflowRunnerName string = withOverflow ? overflowGpuRunner!.outputs.name : ''
