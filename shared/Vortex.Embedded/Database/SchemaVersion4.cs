namespace Vortex.Embedded;

/// <summary>What the list of all artifacts is filtered by.</summary>
internal static class SchemaVersion4
{
    // Rows of before get their values out of their records; times to the second, which is as fine as anybody filters.
    internal const string Script = """
        ALTER TABLE artifacts ADD COLUMN kind TEXT NOT NULL DEFAULT 'output';
        ALTER TABLE artifacts ADD COLUMN media TEXT NOT NULL DEFAULT '';
        ALTER TABLE artifacts ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;
        UPDATE artifacts SET
            kind = coalesce(json_extract(record, '$.file.kind'), 'output'),
            media = coalesce(lower(substr(json_extract(record, '$.file.media_type'), 1, instr(json_extract(record, '$.file.media_type') || '/', '/') - 1)), ''),
            made_at = coalesce(CAST(strftime('%s', json_extract(record, '$.created_at')) AS INTEGER) * 10000000 + 621355968000000000, 0);
        CREATE INDEX artifacts_by_media ON artifacts (tenant, workspace, media, number);
        """;
}
