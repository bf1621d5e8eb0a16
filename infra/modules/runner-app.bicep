@description('Name of the app.')
param name string

@description('Region; the one of its environment.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the service in azure.yaml whose image this app takes; empty when azd does not deploy it.')
param serviceName string

@description('Resource id of the environment.')
param environmentId string

@description('Workload profile of the environment that it runs on.')
@allowed(['Consumption', 'gpu'])
param profile string

@description('Image that runs. A deployment without one yet takes a placeholder, which never starts while no batch waits.')
param image string

@description('Host name of the registry that the image comes from.')
param registryServer string

@description('Cores of one runner, such as 4 or 0.5.')
param cpu string

@description('Memory of one runner, such as 8Gi.')
param memory string

@description('Queue whose batches it works on.')
param queueName string

@description('Name of the Service Bus namespace.')
param serviceBusName string

@description('The most runners at once. It bounds the bill; the quota of the subscription bounds it too.')
@minValue(1)
@maxValue(1000)
param maxRunners int

@description('Waiting batches per runner: one more runner is asked for at each multiple.')
@minValue(1)
param batchesPerRunner int

@description('Batches that must wait before the first runner is asked for. Above 0 for an overflow region.')
@minValue(0)
param startAt int

@description('Seconds without a waiting batch until the last runner goes.')
@minValue(30)
param cooldownSeconds int

@description('Seconds between the request to stop and the end: a sampler step and the upload of a checkpoint must fit in.')
@minValue(30)
@maxValue(600)
param graceSeconds int

@description('Resource id of the identity that the runner shows to stores and queues.')
param runnerIdentityId string

@description('Resource id of the identity with which the platform pulls the image and measures the queue. The container cannot use it.')
param platformIdentityId string

@description('Arguments of the runner.')
param arguments string[]

@description('Environment variables of the runner. No secrets.')
param settings object

resource app 'Microsoft.App/containerApps@2026-01-01' = {
  name: name
  location: location
  tags: empty(serviceName) ? tags : union(tags, { 'azd-service-name': serviceName })
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${runnerIdentityId}': {}
      '${platformIdentityId}': {}
    }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: profile
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [{ server: registryServer, identity: platformIdentityId }]
      identitySettings: [
        { identity: runnerIdentityId, lifecycle: 'Main' }
        { identity: platformIdentityId, lifecycle: 'None' }
      ]
    }
    template: {
      terminationGracePeriodSeconds: graceSeconds
      containers: [
        {
          // The first container is the only one that gets the GPU, so there is no second.
          name: 'runner'
          image: image
          args: arguments
          resources: { cpu: json(cpu), memory: memory }
          env: [for setting in items(settings): { name: setting.key, value: setting.value }]
          volumeMounts: [
            { volumeName: 'cache', mountPath: '/cache' }
            { volumeName: 'scratch', mountPath: '/tmp' }
          ]
          probes: [
            {
              // Five minutes to begin: the platform takes ten failures at most.
              type: 'Startup'
              httpGet: { path: '/health/live', port: 8081 }
              periodSeconds: 30
              failureThreshold: 10
            }
            {
              type: 'Liveness'
              httpGet: { path: '/health/live', port: 8081 }
              periodSeconds: 10
              failureThreshold: 6
            }
            {
              type: 'Readiness'
              httpGet: { path: '/health/ready', port: 8081 }
              periodSeconds: 10
              failureThreshold: 3
            }
          ]
        }
      ]
      volumes: [
        // Models, and contents on their way. They live as long as the replica, and share its quota of disk.
        { name: 'cache', storageType: 'EmptyDir' }
        { name: 'scratch', storageType: 'EmptyDir' }
      ]
      scale: {
        minReplicas: 0
        maxReplicas: maxRunners
        pollingInterval: 30
        cooldownPeriod: cooldownSeconds
        rules: [
          {
            name: 'waiting-batches'
            custom: {
              type: 'azure-servicebus'
              identity: platformIdentityId
              metadata: {
                namespace: serviceBusName
                queueName: queueName
                messageCount: string(batchesPerRunner)
                activationMessageCount: string(startAt)
              }
            }
          }
        ]
      }
    }
  }
}

@description('Name of the app.')
output name string = app.name
