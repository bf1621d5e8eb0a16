// These tests start real processes and wait for many of them: two at a time, so that one computes while another waits.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: Trait("kind", "e2e")]
