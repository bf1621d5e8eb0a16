@description('Name of the budget.')
param name string

@description('What the resource group may cost per month, in the currency of the subscription. Nothing stops when it is spent; people are told.')
@minValue(1)
param monthlyAmount int

@description('First day of a month. Later deployments must give the same one.')
param startDate string

@description('Addresses that are told at 50 and 90 percent spent and when 100 percent is forecast.')
param emails string[]

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: monthlyAmount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      half: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 50
        thresholdType: 'Actual'
        contactEmails: emails
      }
      nearlyAll: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 90
        thresholdType: 'Actual'
        contactEmails: emails
      }
      forecast: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
      }
    }
  }
}
