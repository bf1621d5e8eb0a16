import { grant } from '../access.bicep'

@description('Name of the Log Analytics workspace.')
param workspaceName string

@description('Name of the Application Insights component.')
param insightsName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('How long logs are kept, in days. The first 31 are part of the price of taking them in.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('The most that is taken in per day, in GB; logs beyond it are lost until the next day. -1 for no limit.')
param dailyCapGb int

@description('Who may write telemetry.')
param grants grant[]

var roles = loadJsonContent('../roles.json')

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    // Telemetry is written with an identity; the key in the connection string alone opens nothing.
    DisableLocalAuth: true
  }
}

resource dashboard 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(insights.id, 'dashboard')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Vortex: runs, runners and queues'
    category: 'workbook'
    sourceId: insights.id
    serializedData: loadTextContent('../workbook.json')
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in grants: {
    name: guid(insights.id, item.principalId, item.role)
    scope: insights
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role])
    }
  }
]

@description('Resource id of the workspace, for diagnostic settings.')
output workspaceId string = workspace.id

@description('Where telemetry goes. Not a secret: keys are switched off, the sender shows its identity.')
output connectionString string = insights.properties.ConnectionString
