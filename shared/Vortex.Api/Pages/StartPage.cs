using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>The page at <c>/</c>: what runs here. Made on the server, without a script.</summary>
internal sealed class StartPage(IRunStore runs, ILaneControl lane, Func<WorkspaceId, NodeCatalog> catalogOf, IOptions<VortexApiOptions> options)
{
    private const int Counted = 200;
    private const int Shown = 10;

    public async Task<string> RenderAsync(HttpContext context)
    {
        WorkspaceId workspace = context.Workspace();
        Page<RunRecord> latest = await runs.ListAsync(workspace, new RunQuery { Limit = Counted }, context.RequestAborted);
        LaneState queue = await lane.ReadAsync(workspace, context.RequestAborted);
        NodeCatalog catalog = catalogOf(workspace);
        StringBuilder html = new(8 * 1024);
        html.Append(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Vortex Cloud</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="/docs/pages.css">
            </head>
            <body>
            <main>
            <h1>Vortex Cloud</h1>
            """);
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">Version {Text(options.Value.Version)}. It runs generative workflows.</p>");
        html.Append(
            """
            <nav aria-label="Where to go">
            <ul class="links">
            <li><a href="/docs">API reference</a></li>
            <li><a href="/openapi/v1.json">OpenAPI</a></li>
            <li><a href="/v1/node-types">Node types</a></li>
            <li><a href="/v1/queue">Queue</a></li>
            <li><a href="/health/ready">Health</a></li>
            </ul>
            </nav>
            """);
        Counts(html, latest, queue);
        html.Append(CultureInfo.InvariantCulture, $"<p>{catalog.Types.Count(type => type.IsExecutable)} of {catalog.Types.Length} known node types can be executed here.</p>");
        Latest(html, latest);
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Counts(StringBuilder html, Page<RunRecord> latest, LaneState queue)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>Runs</h2>{(latest.NextCursor is null ? "" : $"<p>Of the last {Counted}:</p>")}<dl class=\"counts\">");
        foreach (RunStatus status in Enum.GetValues<RunStatus>())
        {
            html.Append(CultureInfo.InvariantCulture, $"<div><dt>{Word(status)}</dt><dd>{latest.Items.Count(run => run.Status == status)}</dd></div>");
        }

        html.Append("</dl>");
        if (queue.Paused)
        {
            html.Append("<p role=\"status\">The queue is paused: nothing is handed out until it is resumed.</p>");
        }
    }

    private static void Latest(StringBuilder html, Page<RunRecord> latest)
    {
        if (latest.Items.IsEmpty)
        {
            html.Append(
                """
                <p>Nothing has run here yet. Begin with a workflow file, also one from ComfyUI:</p>
                <pre><code>./vortex run FILE</code></pre>
                <p>or over the API, as the <a href="/docs#createRun">reference</a> shows.</p>
                """);
            return;
        }

        html.Append("<h2 id=\"latest\">Latest</h2><div class=\"scroll\" role=\"region\" aria-labelledby=\"latest\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Run</th><th scope=\"col\">Workflow</th><th scope=\"col\">Status</th><th scope=\"col\">Accepted (UTC)</th><th scope=\"col\">Pictures</th></tr></thead><tbody>");
        foreach (RunRecord run in latest.Items.Take(Shown))
        {
            string id = Text(run.Id.Value);
            html.Append(CultureInfo.InvariantCulture, $"<tr><td><a href=\"/v1/runs/{id}?include=nodes\">{id}</a></td><td>{Text(run.WorkflowName ?? "")}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td><span class=\"status {Word(run.Status)}\">{Word(run.Status)}</span></td>");
            html.Append(CultureInfo.InvariantCulture, $"<td><time datetime=\"{run.CreatedAt.UtcDateTime:O}\">{run.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}</time></td>");
            html.Append(CultureInfo.InvariantCulture, $"<td><a href=\"/v1/runs/{id}/artifacts\">{run.Summary?.Artifacts.ToString(CultureInfo.InvariantCulture) ?? "list"}</a></td></tr>");
        }

        html.Append("</tbody></table></div>");
    }

    private static string Word(RunStatus status) => status.ToString().ToLowerInvariant();

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
