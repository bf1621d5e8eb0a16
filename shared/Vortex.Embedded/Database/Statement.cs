using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SQLitePCL;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>A prepared statement in use. Parameters are bound in the order of the calls; disposing makes it ready for the next use.</summary>
internal sealed class Statement : IDisposable
{
    private readonly Connection _connection;
    private readonly sqlite3_stmt _handle;
    private readonly bool _kept;
    private int _bound;

    internal Statement(Connection connection, sqlite3_stmt handle, bool kept) => (_connection, _handle, _kept) = (connection, handle, kept);

    /// <summary>Gets or sets whether somebody uses it now.</summary>
    internal bool InUse { get; set; }

    internal Statement Bind(string? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        // As bytes with their length, so that a character U+0000 does not end the text.
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> bytes = most <= 512 ? stackalloc byte[512] : new byte[most];
        return BindUtf8(bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
    }

    internal Statement Bind(WorkspaceId workspace) => Bind(workspace.Tenant).Bind(workspace.Workspace);

    internal Statement Bind(OrchestrationId instance) => Bind(instance.Workspace).Bind(instance.Name);

    internal Statement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(_handle, ++_bound, value));
        return this;
    }

    internal Statement Bind(long? value) => value is null ? BindNull() : Bind(value.Value);

    /// <summary>Binds a time as UTC ticks.</summary>
    internal Statement Bind(DateTimeOffset value) => Bind(value.UtcTicks);

    internal Statement BindBlob(ReadOnlySpan<byte> value)
    {
        // An empty span has no address, and SQLite takes that for NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_handle, ++_bound, 0) : raw.sqlite3_bind_blob(_handle, ++_bound, value));
        return this;
    }

    /// <summary>Binds UTF-8 as text.</summary>
    internal Statement BindUtf8(ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_text(_handle, ++_bound, "") : raw.sqlite3_bind_text(_handle, ++_bound, value));
        return this;
    }

    /// <summary>Binds a value as JSON text.</summary>
    internal Statement BindJson<T>(T value) => BindUtf8(JsonSerializer.SerializeToUtf8Bytes(value, RunsJson.Options));

    /// <summary>Binds an element as JSON text, without copying it.</summary>
    internal Statement BindJson(JsonElement value) =>
        value.ValueKind == JsonValueKind.Undefined ? BindUtf8("{}"u8) : BindUtf8(JsonMarshal.GetRawUtf8Value(value));

    /// <summary>Goes to the next row.</summary>
    /// <returns>False when there is none.</returns>
    internal bool Read()
    {
        int code = raw.sqlite3_step(_handle);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw _connection.Error(code),
        };
    }

    /// <summary>Runs to the end.</summary>
    /// <returns>How many rows changed.</returns>
    internal int Execute()
    {
        while (Read())
        {
        }

        return raw.sqlite3_changes(_connection.Handle);
    }

    internal bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    internal string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    internal string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    internal long Long(int column) => raw.sqlite3_column_int64(_handle, column);

    internal int Int(int column) => raw.sqlite3_column_int(_handle, column);

    internal DateTimeOffset Time(int column) => new(Long(column), TimeSpan.Zero);

    internal DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    /// <summary>Reads bytes in place; valid until the next <see cref="Read"/>.</summary>
    internal ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_handle, column);

    internal T Json<T>(int column) => JsonSerializer.Deserialize<T>(Bytes(column), RunsJson.Options)!;

    internal JsonElement? JsonOrNull(int column) => IsNull(column) ? null : Json<JsonElement>(column);

    public void Dispose()
    {
        // A failed step reports its code again here; it was thrown already.
        _ = raw.sqlite3_reset(_handle);
        _ = raw.sqlite3_clear_bindings(_handle);
        _bound = 0;
        InUse = false;
        if (!_kept)
        {
            _handle.Dispose();
        }
    }

    internal void Close() => _handle.Dispose();

    private Statement BindNull()
    {
        Check(raw.sqlite3_bind_null(_handle, ++_bound));
        return this;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw _connection.Error(code);
        }
    }
}
