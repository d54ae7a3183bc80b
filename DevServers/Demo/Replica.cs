using System.Net.Http.Json;
using System.Text.Json;

namespace DevServers.Demo;

/// <summary>One worker process, and what it says about itself over HTTP.</summary>
internal sealed class Replica
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly ChildProcess _process;

    private Replica(string name, ChildProcess process, HttpClient http)
    {
        Name = name;
        _process = process;
        _http = http;
    }

    public string Name { get; }

    public string Log => _process.Output;

    public Task Exited => _process.Exited;

    public bool HasExited => _process.HasExited;

    public int Pid => _process.Pid;

    public static Replica Start(Programs programs, int number, params (string Name, string Value)[] environment)
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        var name = $"worker-{number}";
        var variables = environment.ToDictionary(variable => variable.Name, variable => (string?)variable.Value);
        variables["Urls"] = address;
        var process = programs.StartWorker(name + ".log", "run", variables);
        return new Replica(name, process, new HttpClient { BaseAddress = new Uri(address), Timeout = AnswerPatience });
    }

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ReadyPatience);
        while (!await IsReadyAsync(cancellationToken))
        {
            ThrowIfExited();
            if (deadline.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new DevServersException(
                    $"{Name} was not ready within {ReadyPatience.TotalSeconds:0} s. "
                    + $"Its log is {Log} and ends with:\n{_process.LastLines()}");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    public async Task<WorkerStatus> StatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _http.GetFromJsonAsync<WorkerStatus>("/status", JsonSerializerOptions.Web, cancellationToken)
                ?? throw new DevServersException($"{Name} answered /status with nothing. Its log is {Log}.");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            ThrowIfExited();
            throw new DevServersException(
                $"{Name} did not answer /status within {AnswerPatience.TotalSeconds:0} s: {e.Message} Its log is {Log}.", e);
        }
    }

    /// <summary>SIGTERM, as a supervisor would; a worker that needs more than its promised time is killed and that is an error.</summary>
    public async Task StopAsync()
    {
        _process.Signal(Signals.Terminate);
        if (!await _process.WaitAsync(StopPatience))
        {
            await _process.StopAsync();
            throw new DevServersException(
                $"{Name} did not end within {StopPatience.TotalSeconds:0} s of SIGTERM and was killed. Its log is {Log}.");
        }

        if (_process.ExitCode != 0)
        {
            throw Died();
        }
    }

    public void Signal(int signal) => _process.Signal(signal);

    /// <summary>kill -9.</summary>
    public async Task AbandonAsync()
    {
        await _process.StopAsync();
        _http.Dispose();
    }

    public void ThrowIfExited()
    {
        if (HasExited)
        {
            throw Died();
        }
    }

    private DevServersException Died()
    {
        return new DevServersException(
            $"{Name} ended with exit code {_process.ExitCode}. Its log is {Log} and ends with:\n{_process.LastLines()}");
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync("/health/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
