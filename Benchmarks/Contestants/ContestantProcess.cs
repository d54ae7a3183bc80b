using System.Diagnostics;
using System.Text.Json;

namespace Benchmarks.Contestants;

/// <summary>One process of a contestant, and our side of the protocol.</summary>
internal sealed class ContestantProcess : IAsyncDisposable
{
    private const int LinesKept = 15;
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(10);

    // Connection strings in the environment would be the servers of somebody else.
    private static readonly string[] VariablesKeptBack = ["ConnectionStrings__RabbitMq", "ConnectionStrings__Orders", "DOTNET_ENVIRONMENT"];

    private readonly Process _process;
    private readonly Queue<string> _errors = [];

    private ContestantProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public static ContestantProcess Start(Contestant contestant, string broker)
    {
        var start = Dotnet.StartInfo(contestant.Program, [.. contestant.Arguments, "--broker", broker]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var variable in VariablesKeptBack)
        {
            start.Environment.Remove(variable);
        }

        return new ContestantProcess(Process.Start(start)!);
    }

    /// <summary>Lets it consume; returns when its consumer is registered.</summary>
    public Task ConsumeAsync(string queue, string connectionString, CancellationToken cancellationToken) =>
        AskAsync($"consume {queue} {connectionString}", "consuming", cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => AskAsync("stop", "stopped", cancellationToken);

    public async Task<ContestantFigures> FiguresAsync(CancellationToken cancellationToken)
    {
        const string Answer = "figures";
        var json = (await AskAsync(Answer, Answer, cancellationToken))[Answer.Length..];
        return JsonSerializer.Deserialize<ContestantFigures>(json, JsonSerializerOptions.Web)!;
    }

    /// <exception cref="ContestantFailedException">It has ended, which nobody asked for.</exception>
    public void ThrowIfEnded()
    {
        if (_process.HasExited)
        {
            throw Failed($"ended with exit code {_process.ExitCode}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(ExitPatience);
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
        }
        finally
        {
            _process.Dispose();
        }
    }

    private async Task<string> AskAsync(string line, string answer, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
            await _process.StandardInput.FlushAsync(cancellationToken);
            var read = await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(AnswerPatience, cancellationToken);
            return read switch
            {
                null => throw await EndedAsync(),
                _ when read.StartsWith(answer, StringComparison.Ordinal) => read,
                _ => throw Failed($"answered '{read}' to '{line.Split(' ')[0]}'"),
            };
        }
        catch (TimeoutException)
        {
            throw Failed($"did not answer '{line.Split(' ')[0]}' within {AnswerPatience.TotalSeconds:0} s");
        }
        catch (IOException)
        {
            throw await EndedAsync();
        }
    }

    // Its last words may still be on their way.
    private async Task<ContestantFailedException> EndedAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(ExitPatience);
            await _process.WaitForExitAsync(patience.Token);
            return Failed($"ended with exit code {_process.ExitCode}");
        }
        catch (OperationCanceledException)
        {
            return Failed("closed its standard output");
        }
    }

    private void Keep(string? line)
    {
        lock (_errors)
        {
            if (line is not null)
            {
                _errors.Enqueue(line);
            }

            if (_errors.Count > LinesKept)
            {
                _errors.Dequeue();
            }
        }
    }

    private ContestantFailedException Failed(string what)
    {
        lock (_errors)
        {
            return new ContestantFailedException(what, [.. _errors]);
        }
    }
}
