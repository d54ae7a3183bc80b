using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_worker_is_profiled
{
    private const int Orders = 30_000;
    private const string Token = "0123456789abcdef-token";

    // Its answer begins at once, and lasts.
    private const string LongRecording = "/profile/cpu?seconds=60&format=nettrace";

    [Fact]
    public async Task The_table_names_the_methods_that_run_and_the_stacks_lead_to_them()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await RunAsync(pipeline);
        using var client = Client(worker);
        var table = client.GetStringAsync("/profile/cpu?seconds=3");
        await Backlog.PublishAsync(pipeline, Orders);
        var top = await table;
        Assert.Matches(@"^3 s, [1-9][0-9,]* looks: on average [0-9.]+ threads ran managed code", top);
        Assert.Matches(@"\n +[0-9.]+ +[0-9.]+  [\w.]+", top);

        var stacks = client.GetStringAsync("/profile/cpu?seconds=3&format=folded");
        await Backlog.PublishAsync(pipeline, Orders);
        var folded = await stacks;
        Assert.All(folded.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(@"^\S.* [1-9][0-9]*$", line));
        Assert.Contains("Worker.Intake.", folded);
        await Drain.IsCompleteAsync(pipeline, 2 * Orders);
    }

    [Fact]
    public async Task A_recording_is_in_the_format_of_the_runtimes_tools()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await RunAsync(pipeline);
        using var client = Client(worker);

        var recording = await client.GetByteArrayAsync("/profile/cpu?seconds=1&format=nettrace");

        Assert.True(recording.AsSpan().StartsWith("Nettrace"u8));
        Assert.True(recording.AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes("ConsumeAsync")) > 0, "no names of methods");
    }

    [Fact]
    public async Task Threads_heap_waiting_methods_and_counters_are_readable()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await RunAsync(pipeline);
        using var client = Client(worker);

        var threads = await client.GetStringAsync("/profile/threads");
        Assert.Matches(@"^[1-9][0-9]* threads with managed code", threads);
        Assert.Contains("Program.<Main>", threads);

        var heap = await client.GetStringAsync("/profile/heap");
        Assert.Matches(@"^[1-9][0-9.]* MB in [1-9][0-9,]* objects are alive", heap);
        Assert.Contains("System.String", heap);

        var tasks = await client.GetStringAsync("/profile/tasks");
        Assert.Contains("Worker.Intake.Lane.", tasks);

        var counters = await client.GetFromJsonAsync<JsonElement[]>("/profile/counters");
        var threadCount = counters!.Single(counter => counter.GetProperty("name").GetString() == "dotnet.thread_pool.thread.count");
        Assert.True(threadCount.GetProperty("value").GetDouble() >= 1);
        Assert.Contains(counters!, counter => counter.GetProperty("meter").GetString() == "Npgsql");
    }

    [Fact]
    public async Task Without_a_token_there_is_nothing_and_with_a_wrong_one_nobody_gets_in()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        using var folder = new TemporaryFolder();
        await using var worker = await WorkerProcess.Run(pipeline, [("CREDENTIALS_DIRECTORY", folder.Path)]).ReadyAsync();
        using var client = Client(worker);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, "/profile/heap"));

        // A token that comes later, or changes, counts from the next request on.
        await File.WriteAllTextAsync(folder.File("Management__AdminToken"), "another-token-entirely");
        foreach (var path in new[] { "cpu", "threads", "heap", "tasks", "counters" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, $"/profile/{path}"));
        }

        await File.WriteAllTextAsync(folder.File("Management__AdminToken"), Token);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/profile/counters"));
        client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/profile/counters"));
    }

    [Fact]
    public async Task Only_one_is_taken_at_a_time_and_only_for_a_minute()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await RunAsync(pipeline);
        using var client = Client(worker);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(client, "/profile/cpu?seconds=61"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(client, "/profile/cpu?seconds=1&format=gif"));

        using (await client.GetStreamAsync(LongRecording))
        {
            using var second = await client.GetAsync("/profile/counters");
            Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
            Assert.Contains($"{LongRecording} is being taken", await second.Content.ReadAsStringAsync());
        }

        // Whoever goes away leaves nothing behind.
        await Eventually.TrueAsync("the next one may", async () => (await StatusAsync(client, "/profile/heap") == HttpStatusCode.OK, "not yet"));
    }

    [Theory]
    [InlineData(LongRecording)]
    [InlineData("/profile/cpu?seconds=60")]
    [InlineData("/profile/counters?seconds=60")]
    public async Task A_stop_does_not_wait_for_a_profile(string profile)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await RunAsync(pipeline);
        using var client = Client(worker);
        _ = client.GetAsync(profile, HttpCompletionOption.ResponseHeadersRead);
        await Eventually.TrueAsync("it is being taken", () => (LogLines.Count(worker, "Taking a profile") == 1, worker.Output));

        var clock = Stopwatch.StartNew();
        worker.Terminate();

        Assert.Equal(0, await worker.ExitAsync());
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_runtime_whose_diagnostics_are_off_is_said_to_be()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await RunAsync(pipeline, ("DOTNET_EnableDiagnostics", "0"));
        using var client = Client(worker);

        using var answer = await client.GetAsync("/profile/threads");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("DOTNET_EnableDiagnostics", await answer.Content.ReadAsStringAsync());
    }

    private static Task<WorkerProcess> RunAsync(Pipeline pipeline, params (string, string)[] environment) =>
        WorkerProcess.Run(pipeline, environment, $"Management:AdminToken={Token}").ReadyAsync();

    private static HttpClient Client(WorkerProcess worker) =>
        new() { BaseAddress = new Uri(worker.Address), DefaultRequestHeaders = { Authorization = new("Bearer", Token) } };

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }
}
