using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Worker.Intake;
using Worker.Operations;

namespace IntegrationTests.Stack;

/// <summary>The real worker inside the test's process: everything but the command line.</summary>
internal sealed class WorkerUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;
    private readonly LineCounter _lines;

    private WorkerUnderTest(WebApplication app, LineCounter lines)
    {
        _app = app;
        _lines = lines;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _client = new HttpClient { BaseAddress = new Uri(address) };
    }

    /// <summary>Starts a worker; it may not be ready yet.</summary>
    public static Task<WorkerUnderTest> StartAsync(Pipeline pipeline, bool migrate = false, params string[] settings) =>
        StartAsync(pipeline, new IntakeSwitches(migrate), settings);

    /// <summary>Starts a worker as no command line can; it may not be ready yet.</summary>
    public static async Task<WorkerUnderTest> StartAsync(Pipeline pipeline, IntakeSwitches switches, params string[] settings)
    {
        var app = WorkerHost.Create(pipeline.Settings(["Urls=http://127.0.0.1:0", "Logging:Console:LogLevel:Default=None", .. settings]), switches);
        var lines = new LineCounter(TimeProvider.System);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        pipeline.Observe(() => WorkerBounds.Loud(lines.MostInASecond));
        await app.StartAsync();
        return new WorkerUnderTest(app, lines);
    }

    /// <summary>Starts a worker and waits until it consumes.</summary>
    public static async Task<WorkerUnderTest> StartReadyAsync(Pipeline pipeline, params string[] settings)
    {
        var worker = await StartAsync(pipeline, migrate: false, settings);
        await worker.BecomesReadyAsync();
        return worker;
    }

    public Task BecomesReadyAsync() => Eventually.TrueAsync("the worker is ready", async () =>
    {
        var (isReady, body) = await ReadyAsync();
        return (isReady, body.ToString());
    });

    public async Task<(bool IsReady, JsonElement Body)> ReadyAsync()
    {
        using var answer = await _client.GetAsync("/health/ready");
        return (answer.IsSuccessStatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public Task<JsonElement> StatusAsync() => _client.GetFromJsonAsync<JsonElement>("/status");

    /// <summary>What each lane is doing, the first one first.</summary>
    public async Task<string> LanesAsync() =>
        string.Join(", ", (await StatusAsync()).GetProperty("lanes").EnumerateArray().Select(lane => lane.GetProperty("state").GetString()));

    public Task LanesBecomeAsync(string states) => Eventually.EqualAsync(states, "lanes", LanesAsync);

    /// <summary>Waits until nobody could write for more than so many seconds, for a reason with these words in it.</summary>
    public Task BreakerIsOpenAsync(double seconds = 0, string because = "") => Eventually.TrueAsync($"the breaker has been open for {seconds} s: {because}", async () =>
    {
        var breaker = (await StatusAsync()).GetProperty("breaker");
        return (breaker.GetProperty("openSeconds").GetDouble() > seconds && breaker.ToString().Contains(because), breaker.ToString());
    });

    public async Task<bool> IsLiveAsync()
    {
        using var answer = await _client.GetAsync("/health/live");
        return answer.IsSuccessStatusCode;
    }

    /// <summary>How many log lines it wrote with this event's number.</summary>
    public int LinesOf(int eventId) => _lines.CountOf(eventId);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _client.Dispose();
    }
}
