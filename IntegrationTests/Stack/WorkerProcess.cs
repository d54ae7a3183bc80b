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

    public long WorkingSetBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts <c>worker run</c>.</summary>
    public static WorkerProcess Run(Pipeline pipeline, params string[] settings)
    {
        var port = DevServers.FreePort.Next();
        return Start(port, ["run", .. pipeline.Settings([$"Urls=http://127.0.0.1:{port}", .. settings])]);
    }

    /// <summary>Starts the program with any arguments.</summary>
    public static WorkerProcess Start(params string[] arguments) => Start(port: 1, arguments);

    public async Task<WorkerProcess> ReadyAsync()
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
                return (false, Output);
            }
        });
        return this;
    }

    public async Task<(HttpStatusCode Status, string Body)> ProbeAsync(string path)
    {
        using var answer = await _client.GetAsync(path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<JsonElement> StatusAsync() => _client.GetFromJsonAsync<JsonElement>("/status");

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => DevServers.Signals.Send(_process.Id, DevServers.Signals.Terminate);

    /// <summary>Waits for its end and returns the exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan? within = null)
    {
        using var patience = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(40));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
        _client.Dispose();
    }

    private static WorkerProcess Start(int port, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Worker.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("ConnectionStrings__RabbitMq");
        start.Environment.Remove("ConnectionStrings__Orders");
        return new WorkerProcess(start, port);
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
