using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace IntegrationTests.Stack;

/// <summary>The worker as an operator runs it: a process of its own, to be killed, stopped and measured.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly StringBuilder _output = new();
    private volatile bool _isDisposed;

    private WorkerProcess(ProcessStartInfo start, int port)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>Everything it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public string Address => _client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    public bool HasExited => _process.HasExited;

    /// <summary>What it has in memory; 0 once it has ended.</summary>
    public long WorkingSetBytes
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.WorkingSet64;
            }
            catch (InvalidOperationException) when (_process.HasExited)
            {
                return 0;
            }
        }
    }

    /// <summary>The most memory that it had so far.</summary>
    public long PeakWorkingSetBytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts <c>worker run</c>.</summary>
    public static WorkerProcess Run(Pipeline pipeline, params string[] settings) => Run(pipeline, [], settings);

    /// <summary>Starts <c>worker run</c> with more in its environment.</summary>
    public static WorkerProcess Run(Pipeline pipeline, (string Name, string Value)[] environment, params string[] settings)
    {
        var port = DevServers.FreePort.Next();
        var worker = Start(port, environment, ["run", .. pipeline.Settings([$"Urls=http://127.0.0.1:{port}", .. settings])]);
        pipeline.Observe(() => worker.BeyondBounds(pipeline.MostMebibytes));
        return worker;
    }

    /// <summary>Starts <c>worker run</c> as a service manager does: addresses and passwords in files.</summary>
    public static WorkerProcess RunWithCredentials(string folder, params string[] settings) =>
        RunWith(new Dictionary<string, string> { [Infrastructure.Credentials.Variable] = folder }, settings);

    /// <summary>Starts <c>worker run</c> with more in its environment, and no settings but these.</summary>
    public static WorkerProcess RunWith(IReadOnlyDictionary<string, string> environment, params string[] settings)
    {
        var port = DevServers.FreePort.Next();
        return Start(port, [.. environment.Select(variable => (variable.Key, variable.Value))], ["run", $"Urls=http://127.0.0.1:{port}", .. settings]);
    }

    /// <summary>Starts the program with any arguments.</summary>
    public static WorkerProcess Start(params string[] arguments) => Start(port: 1, [], arguments);

    public async Task<WorkerProcess> ReadyAsync()
    {
        try
        {
            await Eventually.TrueAsync("the worker is ready", async () =>
            {
                try
                {
                    using var answer = await _client.GetAsync("/health/ready");
                    return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
                }
                catch (HttpRequestException)
                {
                    Assert.False(_process.HasExited, Output);
                    return (false, Output);
                }
            });
        }
        catch
        {
            // Whoever started it may not have it yet, and would leave it behind.
            await KillAsync();
            throw;
        }

        return this;
    }

    public async Task<(HttpStatusCode Status, string Body)> ProbeAsync(string path)
    {
        try
        {
            using var answer = await _client.GetAsync(path);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException failure)
        {
            // An answer that stops halfway may be the first that is seen of a process that ends.
            var state = _process.WaitForExit(TimeSpan.FromSeconds(5)) ? $"has ended with {_process.ExitCode}" : "is running";
            throw new HttpRequestException($"{path} gave no answer, and the process {state}. It printed:\n{Output}", failure);
        }
    }

    public Task<JsonElement> StatusAsync() => _client.GetFromJsonAsync<JsonElement>("/status");

    /// <summary>kill -9; it may take a moment to be gone.</summary>
    public void Kill() => _process.Kill();

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => DevServers.Signals.Send(_process.Id, DevServers.Signals.Terminate);

    /// <summary>SIGSTOP: its connections stay open, and it does nothing.</summary>
    public void Pause() => DevServers.Signals.Send(_process.Id, DevServers.Signals.Stop);

    /// <summary>SIGCONT.</summary>
    public void Resume() => DevServers.Signals.Send(_process.Id, DevServers.Signals.Continue);

    /// <summary>Writes a line to its standard input.</summary>
    public void Say(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>Waits for its end and returns the exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(40);
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Its end is heard of when nobody holds its output any more.
            var state = _process.HasExited ? "ended, but somebody holds its output open" : "not ended";
            Assert.Fail($"After {limit.TotalSeconds:0.#} s the worker has {state}. It said:{Environment.NewLine}{Output}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _isDisposed = true;
        _process.Dispose();
        _client.Dispose();
    }

    private static WorkerProcess Start(int port, (string Name, string Value)[] environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Worker.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("ASPNETCORE_ENVIRONMENT");
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment.Remove("ConnectionStrings__RabbitMq");
        start.Environment.Remove("ConnectionStrings__Orders");
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new WorkerProcess(start, port);
    }

    // What has ended has no memory any more that could be asked for.
    private string? BeyondBounds(int mostMebibytes) =>
        WorkerBounds.Crashed(Output)
        ?? WorkerBounds.Loud(LogLines.MostInASecond(this))
        ?? (_isDisposed || HasExited ? null : WorkerBounds.Large(PeakWorkingSetBytes, mostMebibytes));

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
