using System.Collections.Frozen;

namespace Vortex.Workflows;

/// <summary>What ComfyUI's server calls the problems of a workflow: the <c>type</c> of its validation errors.</summary>
/// <remarks>
/// ComfyUI knows fourteen names. Three of them tell of its own exceptions (<c>custom_validation_failed</c>,
/// <c>exception_during_validation</c>, <c>exception_during_inner_validation</c>) and have no counterpart here, where a check cannot throw.
/// </remarks>
public static class ComfyErrorCodes
{
    /// <summary>The prompt itself is unusable.</summary>
    public const string InvalidPrompt = "invalid_prompt";

    /// <summary>No node shows or saves anything.</summary>
    public const string NoOutputs = "prompt_no_outputs";

    /// <summary>Said of the whole prompt when every output has an error of its own.</summary>
    public const string OutputsFailedValidation = "prompt_outputs_failed_validation";

    private static readonly FrozenDictionary<string, string> ByCode = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [WorkflowProblemCodes.MissingInput] = "required_input_missing",
        [WorkflowProblemCodes.SwitchCaseMissing] = "required_input_missing",
        [WorkflowProblemCodes.UnknownNode] = "bad_linked_input",
        [WorkflowProblemCodes.UnknownPort] = "bad_linked_input",
        [WorkflowProblemCodes.InputFedTwice] = "bad_linked_input",
        [WorkflowProblemCodes.EdgeRequired] = "bad_linked_input",
        [WorkflowProblemCodes.TypeMismatch] = "return_type_mismatch",
        [WorkflowProblemCodes.WrongConstantType] = "invalid_input_type",
        [WorkflowProblemCodes.ValueTooSmall] = "value_smaller_than_min",
        [WorkflowProblemCodes.ValueTooBig] = "value_bigger_than_max",
        [WorkflowProblemCodes.ValueNotInList] = "value_not_in_list",
        [WorkflowProblemCodes.Empty] = NoOutputs,
        [WorkflowProblemCodes.NoOutputs] = NoOutputs,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns ComfyUI's name for a code of <see cref="WorkflowProblemCodes"/>; <see cref="InvalidPrompt"/> for one it has no name for.</summary>
    public static string For(string code) => ByCode.GetValueOrDefault(code, InvalidPrompt);

    /// <summary>Returns whether ComfyUI reports the code with a node and an input rather than for the whole prompt.</summary>
    public static bool IsAboutNode(string code) => ByCode.TryGetValue(code, out string? name) && name != NoOutputs;
}
