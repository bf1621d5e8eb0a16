using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>An instance as its row says.</summary>
internal sealed record InstanceRow(
    string Orchestration, int Version, OrchestrationStatus Status, long Generation, int Turns, ParentLink? Parent, JsonElement? Output, string? Error);

/// <summary>Who waits for a child: a task of a generation of an instance in the same workspace.</summary>
internal sealed record ParentLink(string Name, long Generation, int Task);

/// <summary>How instances, their histories and their inboxes lie in rows. Every method here runs inside one transaction.</summary>
internal static class InstanceRows
{
    internal static string Text(OrchestrationStatus status) => status switch
    {
        OrchestrationStatus.Running => "running",
        OrchestrationStatus.Completed => "completed",
        OrchestrationStatus.Failed => "failed",
        OrchestrationStatus.Terminated => "terminated",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status of an orchestration."),
    };

    internal static InstanceRow? Find(Connection db, OrchestrationId instance)
    {
        using Statement find = db.Use("""
            SELECT orchestration, version, status, generation, turns, parent_name, parent_generation, parent_task, output, error
            FROM orchestrations WHERE tenant = ? AND workspace = ? AND name = ?
            """).Bind(instance);
        if (!find.Read())
        {
            return null;
        }

        OrchestrationStatus status = find.Text(2) switch
        {
            "running" => OrchestrationStatus.Running,
            "completed" => OrchestrationStatus.Completed,
            "failed" => OrchestrationStatus.Failed,
            _ => OrchestrationStatus.Terminated,
        };
        ParentLink? parent = find.IsNull(5) ? null : new ParentLink(find.Text(5), find.Long(6), find.Int(7));
        return new InstanceRow(find.Text(0), find.Int(1), status, find.Long(3), find.Int(4), parent, find.JsonOrNull(8), find.TextOrNull(9));
    }

    /// <summary>Creates an instance and puts its start into its inbox.</summary>
    /// <returns>False when the name is taken.</returns>
    internal static bool Create(Connection db, OrchestrationId instance, string orchestration, int version, JsonElement input, ParentLink? parent, DateTimeOffset now)
    {
        using (Statement insert = db.Use("""
            INSERT INTO orchestrations (tenant, workspace, name, orchestration, version, status, generation, turns, parent_name, parent_generation, parent_task, created_at)
            VALUES (?, ?, ?, ?, ?, 'running', 0, 0, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """))
        {
            insert.Bind(instance).Bind(orchestration).Bind(version).Bind(parent?.Name).Bind(parent?.Generation).Bind((long?)parent?.Task).Bind(now);
            if (insert.Execute() == 0)
            {
                return false;
            }
        }

        Send(db, instance, new HistoryEvent(HistoryKind.Started) { Payload = input });
        return true;
    }

    /// <summary>Puts a message at the end of an inbox.</summary>
    internal static void Send(Connection db, OrchestrationId instance, HistoryEvent message)
    {
        using Statement insert = db.Use("""
            INSERT INTO orchestration_inbox (tenant, workspace, name, seq, message)
            VALUES (?1, ?2, ?3, (SELECT coalesce(max(seq), 0) + 1 FROM orchestration_inbox WHERE tenant = ?1 AND workspace = ?2 AND name = ?3), ?4)
            """);
        insert.Bind(instance).BindJson(message).Execute();
    }

    /// <summary>Raises an event.</summary>
    /// <returns>False when the instance does not exist or has ended.</returns>
    internal static bool Raise(Connection db, OrchestrationId instance, string eventName, JsonElement payload)
    {
        if (Find(db, instance) is not { Status: OrchestrationStatus.Running })
        {
            return false;
        }

        Send(db, instance, new HistoryEvent(HistoryKind.EventRaised) { Name = eventName, Payload = payload });
        return true;
    }

    internal static List<(long Sequence, HistoryEvent Message)> Inbox(Connection db, OrchestrationId instance, int max)
    {
        List<(long, HistoryEvent)> messages = [];
        using Statement read = db.Use("SELECT seq, message FROM orchestration_inbox WHERE tenant = ? AND workspace = ? AND name = ? ORDER BY seq LIMIT ?");
        read.Bind(instance).Bind(max);
        while (read.Read())
        {
            messages.Add((read.Long(0), read.Json<HistoryEvent>(1)));
        }

        return messages;
    }

    internal static List<HistoryEvent> DueTimers(Connection db, OrchestrationId instance, DateTimeOffset now)
    {
        List<HistoryEvent> due = [];
        using Statement read = db.Use("SELECT task FROM orchestration_timers WHERE tenant = ? AND workspace = ? AND name = ? AND fire_at <= ? ORDER BY fire_at, task");
        read.Bind(instance).Bind(now);
        while (read.Read())
        {
            due.Add(new HistoryEvent(HistoryKind.TimerFired) { Task = read.Int(0) });
        }

        return due;
    }

    internal static List<Turn> History(Connection db, OrchestrationId instance)
    {
        List<Turn> turns = [];
        using Statement read = db.Use("SELECT turn FROM orchestration_history WHERE tenant = ? AND workspace = ? AND name = ? ORDER BY number").Bind(instance);
        while (read.Read())
        {
            turns.Add(read.Json<Turn>(0));
        }

        return turns;
    }

    internal static void RemoveMessages(Connection db, OrchestrationId instance, IEnumerable<long> sequences)
    {
        foreach (long sequence in sequences)
        {
            using Statement remove = db.Use("DELETE FROM orchestration_inbox WHERE tenant = ? AND workspace = ? AND name = ? AND seq = ?");
            remove.Bind(instance).Bind(sequence).Execute();
        }
    }

    internal static void AppendTurn(Connection db, OrchestrationId instance, int number, Turn turn)
    {
        using Statement insert = db.Use("INSERT INTO orchestration_history (tenant, workspace, name, number, turn) VALUES (?, ?, ?, ?, ?)");
        insert.Bind(instance).Bind(number).BindJson(turn).Execute();
    }

    internal static void AddActivity(Connection db, OrchestrationId instance, long generation, HistoryEvent decision)
    {
        using Statement insert = db.Use("INSERT INTO orchestration_activities (tenant, workspace, name, generation, task, activity, input) VALUES (?, ?, ?, ?, ?, ?, ?)");
        insert.Bind(instance).Bind(generation).Bind(decision.Task!.Value).Bind(decision.Name).BindJson(decision.Payload ?? default).Execute();
    }

    /// <summary>Removes a pending activity.</summary>
    /// <returns>False when nobody waits for it any more.</returns>
    internal static bool RemoveActivity(Connection db, OrchestrationId instance, long generation, int task)
    {
        using Statement remove = db.Use("DELETE FROM orchestration_activities WHERE tenant = ? AND workspace = ? AND name = ? AND generation = ? AND task = ?");
        return remove.Bind(instance).Bind(generation).Bind(task).Execute() > 0;
    }

    internal static void AddTimer(Connection db, OrchestrationId instance, HistoryEvent decision)
    {
        using Statement insert = db.Use("INSERT INTO orchestration_timers (tenant, workspace, name, task, fire_at) VALUES (?, ?, ?, ?, ?)");
        insert.Bind(instance).Bind(decision.Task!.Value).Bind(decision.At!.Value).Execute();
    }

    internal static void RemoveTimer(Connection db, OrchestrationId instance, int task)
    {
        using Statement remove = db.Use("DELETE FROM orchestration_timers WHERE tenant = ? AND workspace = ? AND name = ? AND task = ?");
        remove.Bind(instance).Bind(task).Execute();
    }

    /// <summary>Removes whatever an instance or a generation waited for.</summary>
    internal static void RemovePending(Connection db, OrchestrationId instance)
    {
        using (Statement activities = db.Use("DELETE FROM orchestration_activities WHERE tenant = ? AND workspace = ? AND name = ?").Bind(instance))
        {
            activities.Execute();
        }

        using Statement timers = db.Use("DELETE FROM orchestration_timers WHERE tenant = ? AND workspace = ? AND name = ?").Bind(instance);
        timers.Execute();
    }

    /// <summary>Writes how an instance ended, empties its inbox and tells its parent.</summary>
    /// <returns>The parent that was told; null when there is none that waits.</returns>
    internal static OrchestrationId? Finish(
        Connection db, OrchestrationId instance, InstanceRow row, OrchestrationStatus status, JsonElement? output, string? error, DateTimeOffset now)
    {
        RemovePending(db, instance);
        using (Statement inbox = db.Use("DELETE FROM orchestration_inbox WHERE tenant = ? AND workspace = ? AND name = ?").Bind(instance))
        {
            inbox.Execute();
        }

        using (Statement update = db.Use("UPDATE orchestrations SET status = ?, ended_at = ?, output = ?, error = ? WHERE tenant = ? AND workspace = ? AND name = ?"))
        {
            update.Bind(Text(status)).Bind(now);
            _ = output is null ? update.Bind((string?)null) : update.BindJson(output.Value);
            update.Bind(error).Bind(instance).Execute();
        }

        if (row.Parent is not { } link)
        {
            return null;
        }

        OrchestrationId parent = instance with { Name = link.Name };
        if (Find(db, parent) is not { Status: OrchestrationStatus.Running } waiting || waiting.Generation != link.Generation)
        {
            return null;
        }

        Send(db, parent, status == OrchestrationStatus.Completed
            ? new HistoryEvent(HistoryKind.ChildCompleted) { Task = link.Task, Payload = output }
            : new HistoryEvent(HistoryKind.ChildFailed) { Task = link.Task, Error = error, ErrorType = status.ToString() });
        return parent;
    }

    /// <summary>Empties an instance's history and puts a new start, with the events not yet taken after it, before what is in its inbox.</summary>
    internal static void BeginAnew(Connection db, OrchestrationId instance, long generation, JsonElement input, ImmutableArray<HistoryEvent> carried)
    {
        RemovePending(db, instance);
        using (Statement history = db.Use("DELETE FROM orchestration_history WHERE tenant = ? AND workspace = ? AND name = ?").Bind(instance))
        {
            history.Execute();
        }

        using (Statement update = db.Use("UPDATE orchestrations SET generation = ?, turns = 0 WHERE tenant = ? AND workspace = ? AND name = ?"))
        {
            update.Bind(generation).Bind(instance).Execute();
        }

        long first;
        using (Statement lowest = db.Use("SELECT coalesce(min(seq), 1) FROM orchestration_inbox WHERE tenant = ? AND workspace = ? AND name = ?").Bind(instance))
        {
            lowest.Read();
            first = lowest.Long(0);
        }

        ImmutableArray<HistoryEvent> messages = [new HistoryEvent(HistoryKind.Started) { Payload = input }, .. carried];
        for (int i = 0; i < messages.Length; i++)
        {
            using Statement insert = db.Use("INSERT INTO orchestration_inbox (tenant, workspace, name, seq, message) VALUES (?, ?, ?, ?, ?)");
            insert.Bind(instance).Bind(first - messages.Length + i).BindJson(messages[i]).Execute();
        }
    }

    internal static List<OrchestrationId> Instances(Connection db, string sql, DateTimeOffset? now = null)
    {
        List<OrchestrationId> found = [];
        using Statement read = db.Use(sql);
        _ = now is null ? read : read.Bind(now.Value);
        while (read.Read())
        {
            found.Add(new OrchestrationId(new WorkspaceId(read.Text(0), read.Text(1)), read.Text(2)));
        }

        return found;
    }
}
