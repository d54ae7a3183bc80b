using System.ComponentModel;
using System.Diagnostics;

namespace DevServers;

/// <summary>The docker command line. Every call has a deadline: an engine that hangs must not hang us.</summary>
internal sealed class Docker
{
    private static readonly TimeSpan InfoPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PullPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _program;

    private Docker(string program)
    {
        _program = program;
    }

    /// <summary>Null without a docker command or an engine that answers it; <paramref name="note"/> hears why in the second case.</summary>
    public static async Task<Docker?> FindAsync(Action<string> note, CancellationToken cancellationToken)
    {
        if (Executables.FindOnPath("docker") is not { } program)
        {
            return null;
        }

        var docker = new Docker(program);
        var info = await docker.TryAsync(InfoPatience, cancellationToken, "info", "--format", "{{.ServerVersion}}");
        if (info.ExitCode == 0)
        {
            return docker;
        }

        note($"Docker is not used: its engine does not answer ({info.LastLine}).");
        return null;
    }

    /// <summary>Whether the images are here, or can be fetched in bounded time.</summary>
    public async Task<bool> HasImagesAsync(Action<string> note, CancellationToken cancellationToken)
    {
        foreach (var image in DockerImages.All)
        {
            if ((await TryAsync(Patience, cancellationToken, "image", "inspect", "--format", "{{.Id}}", image)).ExitCode == 0)
            {
                continue;
            }

            note($"Fetching the image {image} (at most {PullPatience.TotalMinutes:0} minutes).");
            var pull = await TryAsync(PullPatience, cancellationToken, "pull", "--quiet", image);
            if (pull.ExitCode != 0)
            {
                note($"Docker is not used: the image {image} is not here and could not be fetched ({pull.LastLine}).");
                return false;
            }
        }

        return true;
    }

    public async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var result = await TryAsync(Patience, cancellationToken, arguments);
        return result.ExitCode == 0
            ? result.Output.Trim()
            : throw new DevServersException(
                $"docker {string.Join(' ', arguments)} ended with exit code {result.ExitCode}: {result.LastLine}");
    }

    public async Task<DockerResult> TryAsync(TimeSpan patience, CancellationToken cancellationToken, params string[] arguments)
    {
        Process? process;
        try
        {
            var start = new ProcessStartInfo(_program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            process = Process.Start(start);
        }
        catch (Win32Exception e)
        {
            return new DockerResult(-1, "", e.Message);
        }

        using var running = process!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            var output = running.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = running.StandardError.ReadToEndAsync(deadline.Token);
            await running.WaitForExitAsync(deadline.Token);
            return new DockerResult(running.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            running.Kill();
            cancellationToken.ThrowIfCancellationRequested();
            return new DockerResult(-1, "", $"no answer within {patience.TotalSeconds:0} s");
        }
    }
}
