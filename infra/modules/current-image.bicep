// What a container app runs now, so that provisioning again does not take its image away.

@description('Name of the app.')
param name string

@description('Whether the app exists already.')
param exists bool

@description('What to run where there is no app yet.')
param placeholder string

resource app 'Microsoft.App/containerApps@2026-01-01' existing = if (exists) {
  name: name
}

@description('The image.')
output image string = exists ? app!.properties.template.containers[0].image : placeholder
