using System.Reflection;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Serialization.HybridRow;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.IO;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.Layouts;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.RecordIO;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.Schemas;

namespace Vortex.Azure.Tests.Cosmos;

/// <summary>The binary form in which the client sends a transaction and reads its outcome, by the library that the client itself uses.</summary>
internal static class BatchRows
{
    private static readonly Type s_schemas = typeof(CosmosClient).Assembly.GetType("Microsoft.Azure.Cosmos.BatchSchemaProvider", throwOnError: true)!;

    internal static async Task<List<BatchOperation>> ReadAsync(Stream body)
    {
        List<BatchOperation> operations = [];
        LayoutResolverNamespace resolver = Get<LayoutResolverNamespace>("BatchLayoutResolver");
        Func<ReadOnlyMemory<byte>, Result> record = memory =>
        {
            operations.Add(ReadOne(memory, resolver));
            return Result.Success;
        };
        Func<ReadOnlyMemory<byte>, Result> segment = _ => Result.Success;
        using MemoryStream copy = new();
        await body.CopyToAsync(copy);
        copy.Position = 0;
        Result result = await RecordIOStream.ReadRecordIOAsync(copy, record, segment, new MemorySpanResizer<byte>((int)copy.Length + 1));
        return result == Result.Success ? operations : throw new InvalidOperationException($"The transaction could not be read: {result}.");
    }

    internal static async Task<byte[]> WriteAsync(IReadOnlyList<BatchResult> results)
    {
        LayoutResolverNamespace resolver = Get<LayoutResolverNamespace>("BatchLayoutResolver");
        Layout layout = Get<Layout>("BatchResultLayout");
        using MemoryStream stream = new();
        MemorySpanResizer<byte> memory = new(64 * 1024);
        Result written = await RecordIOStream.WriteRecordIOAsync(stream, new Segment("BatchResult", Get<Namespace>("BatchSchemaNamespace")), Produce, memory);
        return written == Result.Success ? stream.ToArray() : throw new InvalidOperationException($"The outcome could not be written: {written}.");

        Result Produce(long index, out ReadOnlyMemory<byte> row)
        {
            row = index < results.Count ? WriteOne(results[(int)index], layout, resolver) : default;
            return Result.Success;
        }
    }

    private static T Get<T>(string property) =>
        (T)s_schemas.GetProperty(property, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.GetValue(null)!;

    private static BatchOperation ReadOne(ReadOnlyMemory<byte> memory, LayoutResolver resolver)
    {
        RowReader reader = new(memory, HybridRowVersion.V1, resolver);
        BatchOperation operation = new();
        while (reader.Read())
        {
            string path = reader.Path.ToString()!;
            if (path == "operationType")
            {
                reader.ReadInt32(out int type);
                operation = operation with { Type = type };
            }
            else if (path is "id" or "ifMatch")
            {
                reader.ReadString(out string text);
                operation = path == "id" ? operation with { Id = text } : operation with { IfMatch = text };
            }
            else if (path == "resourceBody")
            {
                reader.ReadBinary(out byte[] body);
                operation = operation with { Body = body };
            }
        }

        return operation;
    }

    private static byte[] WriteOne(BatchResult result, Layout layout, LayoutResolver resolver)
    {
        RowBuffer row = new(4 * 1024);
        row.InitLayout(HybridRowVersion.V1, layout, resolver);
        RowWriter.WriteBuffer(ref row, result, static (ref RowWriter writer, TypeArgument _, BatchResult one) =>
        {
            writer.WriteInt32("statusCode", one.Status);
            if (one.ETag is not null)
            {
                writer.WriteString("eTag", one.ETag);
            }

            return writer.WriteFloat64("requestCharge", 1);
        });
        return row.ToArray();
    }
}

/// <summary>A part of a transaction.</summary>
internal sealed record BatchOperation
{
    internal const int Create = 0;
    internal const int Replace = 5;

    public int Type { get; init; } = -1;

    public string? Id { get; init; }

    public string? IfMatch { get; init; }

    public byte[] Body { get; init; } = [];
}

/// <summary>What became of a part of a transaction.</summary>
internal sealed record BatchResult(int Status, string? ETag = null);
