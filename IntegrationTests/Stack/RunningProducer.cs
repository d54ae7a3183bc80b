using System.Diagnostics;
using System.Text;

namespace IntegrationTests.Stack;

/// <summary>A producer under way: fed through its input, and listened to meanwhile.</summary>
internal sealed class RunningProducer : IAsyncDisposable
{
    // Longer than it hopes by default, so that it is its own report that is seen.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly StringBuilder _errors = new();

    private RunningProducer(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>What it said so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Starts one that finds the broker at its own address.</summary>
    public static RunningProducer Start(Pipeline pipeline, params string[] arguments) =>
        Start(pipeline.BrokerConnectionString, pipeline, arguments);

    /// <summary>Starts one that finds the broker at another address, such as a proxy's.</summary>
    public static RunningProducer Start(string broker, Pipeline pipeline, params string[] arguments) =>
        Start(broker, pipeline, new Dictionary<string, string>(), arguments);

    /// <summary>The same in an environment with these variables.</summary>
    public static RunningProducer Start(string broker, Pipeline pipeline, IReadOnlyDictionary<string, string> variables, string[] arguments) =>
        StartIn([new("ConnectionStrings__RabbitMq", broker), new("RabbitMq__Pipeline", pipeline.Names.Pipeline), .. variables!], arguments);

    /// <summary>Starts one with settings from a folder and none from the environment.</summary>
    public static RunningProducer StartWithCredentials(string folder, string[] arguments) =>
        StartIn([new("ConnectionStrings__RabbitMq", null), new("CREDENTIALS_DIRECTORY", folder)], arguments);

    private static RunningProducer StartIn(IEnumerable<KeyValuePair<string, string?>> variables, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Producer.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return new RunningProducer(start);
    }

    public async Task WriteAsync(string input)
    {
        await _process.StandardInput.WriteAsync(input);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until it has said this.</summary>
    public Task SaysAsync(string text) =>
        Eventually.TrueAsync($"the producer says '{text}'", () => (Errors.Contains(text), Errors));

    /// <summary>Ends its input and waits for its own end.</summary>
    public async Task<ProducerProcess> EndAsync(TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? Patience);
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The producer is not through after {(within ?? Patience).TotalSeconds} s: {Errors}");
        }

        return new ProducerProcess(_process.ExitCode, await _output, Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_errors)
        {
            _errors.AppendLine(line);
        }
    }
}
