using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Extensions.Options;

namespace Worker.Operations.Profiling;

/// <summary><c>/profile</c>: what a running worker is doing, for whoever has the token. What to look for is in docs/operations.md.</summary>
internal static class ProfilingEndpoints
{
    /// <summary>The longest profile.</summary>
    public const int MostSeconds = 60;

    // Long enough to see every thread a hundred times, and a thread that is between two waits in one of them.
    private static readonly TimeSpan ThreadsLength = TimeSpan.FromMilliseconds(200);

    public static IServiceCollection AddProfiling(this IServiceCollection services)
    {
        services.AddOptions<ManagementOptions>().BindConfiguration(ManagementOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ManagementOptions>, ManagementOptionsValidator>();
        services.AddSingleton<RuntimeProbe>();
        return services;
    }

    public static void MapProfiling(this WebApplication app)
    {
        var turn = ActivatorUtilities.CreateInstance<ProfilingTurn>(app.Services);
        var group = app.MapGroup("/profile").AddEndpointFilter<AdminTokenFilter>().AddEndpointFilter(CheckAsync).AddEndpointFilter(turn);
        group.MapGet("/cpu", CpuAsync);
        group.MapGet("/threads", ThreadsAsync);
        group.MapGet("/heap", HeapAsync);
        group.MapGet("/tasks", TasksAsync);
        group.MapGet("/counters", CountersAsync);
    }

    private static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var sent = context.HttpContext.Request.Query["seconds"].ToString();
        if (sent.Length > 0 && !(int.TryParse(sent, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= MostSeconds))
        {
            return Results.Text($"seconds is '{sent}'; the range is 1 to {MostSeconds}.\n", statusCode: StatusCodes.Status400BadRequest);
        }

        try
        {
            return await next(context);
        }
        catch (Exception failure) when (failure is DiagnosticsClientException or TimeoutException)
        {
            return Results.Text(
                $"The runtime's diagnostics do not answer: {failure.Message} They need DOTNET_EnableDiagnostics other than 0 and a folder to write to (TMPDIR, now {Path.GetTempPath()}).\n",
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> CpuAsync(HttpContext context, RuntimeProbe probe, IHostApplicationLifetime host, int seconds = 10, string format = "top")
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        var length = TimeSpan.FromSeconds(seconds);
        switch (format)
        {
            case "top":
                return Results.Text(CpuReport.Top(await probe.SampleAsync(length, stop.Token), length));
            case "folded":
                return Results.Text(CpuReport.Folded(await probe.SampleAsync(length, stop.Token)));
            case "nettrace":
                context.Response.ContentType = "application/octet-stream";
                await probe.RecordAsync(context.Response.Body, length, stop.Token);
                return Results.Empty;
            default:
                return Results.Text($"format is '{format}'; top, folded and nettrace are known.\n", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> ThreadsAsync(RuntimeProbe probe, IHostApplicationLifetime host) =>
        Results.Text(ThreadReport.Of(await probe.SampleAsync(ThreadsLength, host.ApplicationStopping), NameOf));

    private static async Task<IResult> HeapAsync(RuntimeProbe probe, IHostApplicationLifetime host) =>
        Results.Text(HeapReport.Types(await probe.WalkHeapAsync(host.ApplicationStopping), GC.GetGCMemoryInfo(GCKind.FullBlocking)));

    private static async Task<IResult> TasksAsync(RuntimeProbe probe, IHostApplicationLifetime host) =>
        Results.Text(HeapReport.Tasks(await probe.WalkHeapAsync(host.ApplicationStopping)));

    private static async Task<IResult> CountersAsync(HttpContext context, TimeProvider time, IHostApplicationLifetime host, int seconds = 1)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        using var listener = new CounterListener();
        return Results.Json(await listener.ReadAsync(TimeSpan.FromSeconds(seconds), time, stop.Token), StatusJson.Default.IReadOnlyListCounterReading);
    }

    // Linux keeps the names that the runtime gives its threads; elsewhere they have a number only.
    private static string NameOf(int thread)
    {
        try
        {
            return File.ReadAllText($"/proc/self/task/{thread}/comm").TrimEnd('\n');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
