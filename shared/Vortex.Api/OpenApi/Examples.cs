namespace Vortex.Api;

/// <summary>What requests and answers look like, for the OpenAPI document. A test reads each into the type it stands for.</summary>
internal static class Examples
{
    private const string RunId = "run_01JD9Q0V7N2C4M5T8XKZ3B6Y1A";
    private const string WorkflowId = "wf_01JD9PZK3W8D6R4T2M5N7Q9S0V";
    private const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private const string Definition =
        """
        {"vtxw_version":"1.0","meta":{"name":"Invert"},"nodes":[
          {"id":"1","type":"EmptyImage","inputs":{"width":64,"height":64,"batch_size":1,"color":255},"ui":{"x":0,"y":0}},
          {"id":"2","type":"ImageInvert","inputs":{},"ui":{"x":240,"y":0}},
          {"id":"3","type":"SaveImage","inputs":{"filename_prefix":"inverted"},"ui":{"x":480,"y":0}}],
         "edges":[{"from":{"node":"1","port":"IMAGE"},"to":{"node":"2","port":"image"}},{"from":{"node":"2","port":"IMAGE"},"to":{"node":"3","port":"images"}}]}
        """;

    private const string RunBody =
        $$$"""
        {"run_id":"{{{RunId}}}","workflow_id":"{{{WorkflowId}}}","workflow_version":1,"workflow_name":"Invert","status":"succeeded",
         "created_at":"2026-11-20T12:00:00+00:00","started_at":"2026-11-20T12:00:00.02+00:00","completed_at":"2026-11-20T12:00:01.3+00:00",
         "options":{"priority":0,"tags":["demo"],"cache_policy":"use"},
         "summary":{"nodes":3,"cached":1,"succeeded":2,"failed":0,"skipped":0,"artifacts":1,"duration_ms":1280,"problems":[]},"last_seq":9
        """;

    private const string ArtifactBody =
        $$$"""
        {"artifact_id":"art_5f0c","run_id":"{{{RunId}}}","node_id":"3","name":"inverted_00001_.png","media_type":"image/png","size":1234,
         "digest":"{{{Digest}}}","kind":"output","width":64,"height":64,"created_at":"2026-11-20T12:00:01+00:00","cached":false,"url":"/v1/artifacts/art_5f0c"}
        """;

    private const string WorkflowHead =
        $$$"""
        "workflow_id":"{{{WorkflowId}}}","version":1,"name":"Invert","hash":"{{{Digest}}}","created_at":"2026-11-20T12:00:00+00:00","updated_at":"2026-11-20T12:00:00+00:00"
        """;

    private const string HookBody =
        $$$"""
        {"hook_id":"hook_acme.main.01JD9R2B5C8F1H4K7N0Q3S6V9X","name":"Orders","workflow_id":"{{{WorkflowId}}}","scheme":"token","inputs":{"prompt":"/order/text"},
         "defaults":{},"options":{"priority":0,"tags":["hook:01JD9R2B5C8F1H4K7N0Q3S6V9X"],"cache_policy":"use"},
         "created_at":"2026-11-20T12:00:00+00:00","rotated_at":"2026-11-20T12:00:00+00:00","url":"/v1/hooks/hook_acme.main.01JD9R2B5C8F1H4K7N0Q3S6V9X"
        """;

    public const string CreateHook = $$$"""{"workflow_id":"{{{WorkflowId}}}","name":"Orders","scheme":"token","inputs":{"prompt":"/order/text"}}""";
    public const string Hook = HookBody + ""","request_id":"req_1"}""";
    public const string HookMade = HookBody + ""","secret":"vht_shown-this-once-000000000000000000000000000","request_id":"req_1"}""";
    public const string Hooks = """{"items":[""" + HookBody + """}],"next_cursor":null,"request_id":"req_1"}""";
    public const string CreateRun = $$$"""{"definition":{{{Definition}}},"inputs":{},"options":{"priority":0,"tags":["demo"],"cache_policy":"use","seed":42}}""";
    public const string RunCreated = $$$"""{"run_id":"{{{RunId}}}","status":"queued","request_id":"req_1"}""";
    public const string RunChecked = """{"valid":false,"problems":[{"code":"workflow.value_out_of_range","message":"'width' is 0; it must lie between 1 and 16384.","severity":"error","node":"1","port":"width"}],"request_id":"req_1"}""";
    public const string Run = RunBody + ""","request_id":"req_1"}""";
    public const string Runs = """{"items":[""" + RunBody + """}],"next_cursor":null,"request_id":"req_1"}""";
    public const string RunEvents =
        $$$"""{"items":[{"event_type":"run.queued","ts":"2026-11-20T12:00:00+00:00","seq":1,"run_id":"{{{RunId}}}","payload":{},"request_id":"req_1"},{"event_type":"node.started","ts":"2026-11-20T12:00:00.1+00:00","seq":2,"run_id":"{{{RunId}}}","node_id":"2","payload":{},"request_id":"req_1"}],"next_cursor":null,"request_id":"req_2"}""";

    public const string Artifacts = """{"items":[""" + ArtifactBody + """],"next_cursor":null,"request_id":"req_1"}""";
    public const string ArtifactMetadata =
        """{"artifact":""" + ArtifactBody + $$$""","lineage":{"run_id":"{{{RunId}}}","node_id":"3","workflow_id":"{{{WorkflowId}}}","workflow_version":1,"cache_key":"{{{Digest}}}","snapshot":"{{{Digest}}}","made_from":[]},"request_id":"req_1"}""";

    public const string Gallery = """{"items":[""" + ArtifactBody + """],"next_cursor":null,"request_id":"req_1"}""";
    public const string Lineage =
        """{"artifact":""" + ArtifactBody + $$$""","run_status":"succeeded","workflow_id":"{{{WorkflowId}}}","workflow_version":1,"workflow_name":"Invert","nodes":[{"node_id":"3","type":"SaveImage","values":{"filename_prefix":"inverted"},"files":[]},{"node_id":"1","type":"LoadImage","values":{"image":"cat.png"},"files":[{"name":"cat.png","digest":"{{{Digest}}}","size":48213,"input":"image"}]}],"links":[{"from":"1","slot":0,"to":"3","input":"images"}],"truncated":false,"request_id":"req_1"}""";

    public const string RunDefinition = $$$"""{"run_id":"{{{RunId}}}","workflow_id":"{{{WorkflowId}}}","workflow_version":1,"definition":{{{Definition}}},"inputs":{"prompt":"a cat"},"options":{"priority":0,"tags":["demo"],"cache_policy":"use","seed":42},"request_id":"req_1"}""";
    public const string Upload = $$$"""{"name":"photos/cat.png","digest":"{{{Digest}}}","size":48213,"media_type":"image/png","request_id":"req_1"}""";
    public const string Uploads = $$$"""{"items":[{"name":"photos/cat.png","digest":"{{{Digest}}}","size":48213,"media_type":"image/png"}],"next_cursor":null,"request_id":"req_1"}""";
    public const string Queue = $$$"""{"items":[{"run_id":"{{{RunId}}}","workflow_id":null,"workflow_name":"Invert","created_at":"2026-11-20T12:00:00+00:00","priority":0,"status":"running","worker_id":"local-1"}],"lag_ms":120,"paused":false,"request_id":"req_1"}""";
    public const string Runners =
        $$$"""{"items":[{"runner_id":"local-1","backend":"cpu","packs":["core"],"memory_bytes":8589934592,"status":"working","batches":1,"batches_at_once":4,"run_ids":["{{{RunId}}}"],"started_at":"2026-11-20T11:00:00+00:00","last_seen_at":"2026-11-20T12:00:00+00:00"}],"next_cursor":null,"request_id":"req_1"}""";

    public const string Models =
        $$$"""{"items":[{"folder":"checkpoints","name":"sd15/model.safetensors","size":2132625894,"digest":"{{{Digest}}}"},{"folder":"vae","name":"vae.safetensors","size":334641164}],"folders":["checkpoints","loras","vae"],"next_cursor":null,"request_id":"req_1"}""";

    public const string CreateWorkflow = $$$"""{"definition":{{{Definition}}}}""";
    public const string Workflow = "{" + WorkflowHead + $$$""","definition":{{{Definition}}},"request_id":"req_1"}""";
    public const string Workflows = """{"items":[{""" + WorkflowHead + """}],"next_cursor":null,"request_id":"req_1"}""";
    public const string DiffBody = $$"""{"definition":{{Definition}},"workflow_id":"wf_01JD9Q0V7N2C4M5T8XKZ3B6Y1A","version":2}""";
    public const string Diff =
        """{"from":2,"to":3,"changes_results":true,"changes":[{"kind":"input_changed","text":"input '3.steps': 20 -> 30","changes_results":true,"node":{"id":"3","name":"KSampler"},"port":"steps","before":"20","after":"30"}],"request_id":"req_1"}""";

    public const string Import =
        $$$"""{"definition":{{{Definition}}},"report":{"format":"comfyui-api","items":[{"code":"import.unknown_type","severity":"error","message":"The node type 'MyNode' is not known here.","node":"7"}],"models":[],"files":[{"name":"cat.png","node":"1"}]},"request_id":"req_1"}""";

    public const string ComfyApi = """{"1":{"class_type":"EmptyImage","inputs":{"width":64,"height":64,"batch_size":1,"color":255}},"2":{"class_type":"ImageInvert","inputs":{"image":["1",0]}}}""";
    public const string NodeTypes =
        """{"items":[{"name":"ImageInvert","version":"1","pack":"core","display_name":"Invert Image","category":"image","inputs":[{"name":"image","type":"Image","is_required":true}],"outputs":[{"name":"IMAGE","type":"Image","is_list":false}],"is_executable":true}],"next_cursor":null,"request_id":"req_1"}""";
}
