// What it means to give somebody access. Modules of resources take a list of grants and make the role assignments beside the resource.

@export()
@description('One role for one principal. A part narrows it to a child of the resource: a blob container or a queue.')
type grant = {
  @description('Object id in Entra ID.')
  principalId: string

  @description('A managed identity is a service principal.')
  principalType: 'ServicePrincipal' | 'User' | 'Group'

  @description('A key of roles.json.')
  role: string

  @description('The child it is for; absent for the whole resource.')
  part: string?
}

@export()
@description('An identity of a workload: what resources carry, what they are told, and who it is in role assignments.')
type workload = {
  @description('Resource id.')
  id: string

  @description('Client id, for AZURE_CLIENT_ID.')
  clientId: string

  @description('Object id in Entra ID.')
  principalId: string
}

@export()
@description('A person or pipeline that deploys.')
type deployer = {
  @description('Object id in Entra ID.')
  principalId: string

  @description('What it is.')
  principalType: 'ServicePrincipal' | 'User' | 'Group'
}
