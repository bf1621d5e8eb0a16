// These tests start real processes; together they would only measure the machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: Trait("kind", "e2e")]
