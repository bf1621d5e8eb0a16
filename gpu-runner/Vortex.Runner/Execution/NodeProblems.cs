using System.Globalization;
using Vortex.Diffusion;
using Vortex.Imaging.Codecs;
using Vortex.Nodes;
using Vortex.Runner.Models;
using Vortex.Runs;
using Vortex.Tensors;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>Turns what a node threw into the problem its run tells.</summary>
internal static class NodeProblems
{
    public static RunProblem Of(Exception exception, PlannedNode node, string inputs)
    {
        RunProblem problem = exception switch
        {
            NodeProblemException told => new RunProblem(told.Code, told.Message)
            {
                Port = told.Port,
                Class = told.Code == DiffusionCodes.OutOfMemory ? ProblemClass.OutOfMemory : ProblemClass.Fatal,
            },
            ImageFormatException told => new RunProblem(told.Code, told.Message),
            DiffusionException told => new RunProblem(told.Code, told.Message)
            {
                Port = told.Argument is { } argument && (node.Constants.ContainsKey(argument) || node.Links.ContainsKey(argument)) ? argument : null,
                Class = told.Code == DiffusionCodes.OutOfMemory ? ProblemClass.OutOfMemory : ProblemClass.Fatal,
            },
            ModelSupplyException told => new RunProblem(told.Code, told.Message) { Class = told.Class },
            TensorMemoryException tensors => OutOfTensorMemory(tensors, inputs),
            OutOfMemoryException or InsufficientMemoryException => OutOfMemory(inputs),
            IOException full when DiskErrors.IsFull(full) => new RunProblem(
                "node.disk_full", "There is no room left to store what the node made. Free some disk space; the node is tried again.")
            {
                Class = ProblemClass.Transient,
            },
            IOException or UnauthorizedAccessException => new RunProblem("node.storage_failed", "What the node needs or made could not be read or stored; it is tried again.")
            {
                Class = ProblemClass.Transient,
                Detail = exception.Message,
            },
            _ => new RunProblem(
                "node.internal_error",
                $"The node failed in a way it should not ({exception.GetType().Name}). Please report this with the run's id; another version of the pack may help."),
        };
        return problem with { Node = node.Id };
    }

    public static RunProblem TimeLimit(PlannedNode node, TimeSpan limit) => new(
        "node.time_limit",
        string.Create(CultureInfo.InvariantCulture, $"The node took longer than {limit}. Give it less to do, or raise the runner's limit."))
    {
        Node = node.Id,
    };

    public static RunProblem UnknownType(PlannedNode node) => new(
        "node.unknown_type", $"This runner has no pack with the node type '{node.Type}'. Install the pack, or replace the node.")
    {
        Node = node.Id,
    };

    private static RunProblem OutOfTensorMemory(TensorMemoryException exception, string inputs)
    {
        double missing = (exception.InUse + exception.Requested) / (double)(1 << 30);
        string limit = exception.Limit > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{exception.Limit / (double)(1 << 30):0.00} GB that this runner may use for tensors")
            : "memory of this machine";
        return new RunProblem(
            DiffusionCodes.OutOfMemory,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The node needs at least {missing:0.00} GB, which is more than the {limit}. A picture of half the width and height needs a quarter of it, a batch of one the least; VAE Decode (Tiled) and VAE Encode (Tiled) work in pieces."))
        {
            Class = ProblemClass.OutOfMemory,
            Detail = inputs.Length == 0 ? null : $"Inputs: {inputs}",
        };
    }

    private static RunProblem OutOfMemory(string inputs)
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        double total = memory.TotalAvailableMemoryBytes / (double)(1 << 30);
        double used = memory.HeapSizeBytes / (double)(1 << 30);
        return new RunProblem(
            "node.out_of_memory",
            string.Create(
                CultureInfo.InvariantCulture,
                $"The node needs more memory than there is: this runner may use {total:0.0} GB, of which {used:0.0} GB were taken. Pictures of half the width and height need a quarter of it, and fewer at once need less."))
        {
            Class = ProblemClass.OutOfMemory,
            Detail = inputs.Length == 0 ? null : $"Inputs: {inputs}",
        };
    }
}
