using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Microsoft.Extensions.Logging.Abstractions;

namespace DevServers;

/// <summary>
/// The Docker engine that Testcontainers finds, and what Testcontainers leaves to its user. Every wait has a deadline: an engine that hangs
/// must not hang us.
/// </summary>
internal sealed class DockerEngine(IDockerEndpointAuthenticationConfiguration endpoint)
{
    private const string OwnerLabel = "orders.devservers.owner";
    private static readonly TimeSpan FindPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PullPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan ReaperPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IDockerClient _client = endpoint.GetDockerClientBuilder().Build();

    private static string Owner => $"{Environment.MachineName}/{Environment.ProcessId}/{ProcessTable.StartTimeOf(Environment.ProcessId)}";

    /// <summary>Null without an engine that can be used; <paramref name="note"/> hears why when Docker is installed.</summary>
    public static async Task<DockerEngine?> FindAsync(Action<string> note, CancellationToken cancellationToken)
    {
        string? reason;
        try
        {
            // Testcontainers asks the engine once, when its settings are first read, and without a deadline.
            var endpoint = await Task.Run(() => TestcontainersSettings.OS.DockerEndpointAuthConfig, cancellationToken)
                .WaitAsync(FindPatience, cancellationToken);
            if (endpoint is not null)
            {
                return new DockerEngine(endpoint);
            }

            reason = WhyUnavailable();
        }
        catch (TimeoutException)
        {
            reason = $"its engine did not answer within {FindPatience.TotalSeconds:0} s";
        }
        catch (TypeInitializationException e)
        {
            // A DOCKER_HOST or a context that cannot be read.
            reason = e.GetBaseException().Message;
        }

        if (Executables.FindOnPath("docker") is not null || Environment.GetEnvironmentVariable("DOCKER_HOST") is not null)
        {
            note($"Docker is not used: {reason}.");
        }

        return null;
    }

    /// <summary>Whether the servers' images are here, or can be fetched in bounded time.</summary>
    public async Task<bool> HasImagesAsync(Action<string> note, CancellationToken cancellationToken)
    {
        foreach (var name in DockerImages.All)
        {
            // A mirror that Testcontainers was given changes the name.
            var image = new ContainerBuilder(name).Build().Image.FullName;
            if (await HasImageAsync(image, cancellationToken))
            {
                continue;
            }

            note($"Fetching the image {image} (at most {PullPatience.TotalMinutes:0} minutes).");
            string reason;
            try
            {
                var pull = new ImagesCreateParameters { FromImage = image };
                var progress = new Progress<JSONMessage>();
                await AskAsync(token => _client.Images.CreateImageAsync(pull, null, progress, token), PullPatience, cancellationToken);
                if (await HasImageAsync(image, cancellationToken))
                {
                    continue;
                }

                reason = "the engine did not say why";
            }
            catch (DevServersException e)
            {
                reason = e.InnerException is { } cause ? Reason(cause) : e.Message;
            }

            note($"Docker is not used: the image {image} is not here and could not be fetched ({reason}). Try: docker pull {image}");
            return false;
        }

        return true;
    }

    /// <summary>
    /// Starts Testcontainers' reaper, a container that removes ours once this process is gone, however it went. Where it cannot be had,
    /// ours end with every end of this process but kill -9, and what that leaves <see cref="RemoveStaleAsync"/> removes at the next start.
    /// </summary>
    public async Task StartReaperAsync(Action<string> note, CancellationToken cancellationToken)
    {
        if (!TestcontainersSettings.ResourceReaperEnabled)
        {
            return;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ReaperPatience);
        try
        {
            await ResourceReaper.GetAndStartDefaultAsync(endpoint, NullLogger.Instance, ct: deadline.Token);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TestcontainersSettings.ResourceReaperEnabled = false;
            note($"Testcontainers' reaper could not be started ({Reason(e)}). "
                + "If this process is killed, the next start removes its containers. TESTCONTAINERS_RYUK_DISABLED=true skips the attempt.");
        }
    }

    /// <summary>Removes containers whose owner on this machine is gone.</summary>
    public async Task RemoveStaleAsync(CancellationToken cancellationToken)
    {
        var ours = new ContainersListParameters
        {
            All = true,
            Filters = new Dictionary<string, IDictionary<string, bool>>
            {
                ["label"] = new Dictionary<string, bool> { [OwnerLabel] = true },
            },
        };
        foreach (var container in await AskAsync(token => _client.Containers.ListContainersAsync(ours, token), Patience, cancellationToken))
        {
            if (container.Labels[OwnerLabel].Split('/') is [var machine, var pid, var startTime]
                && machine == Environment.MachineName
                && !ProcessTable.IsRunning(int.Parse(pid), startTime))
            {
                await RemoveAsync(container.ID);
            }
        }
    }

    /// <summary>What every container of ours has: a name, a mark of its owner, one port of this machine only, and time to stop.</summary>
    public static void Complete(CreateContainerParameters container, string name, int port)
    {
        container.Name = name;
        container.Labels[OwnerLabel] = Owner;
        container.StopTimeout = TimeSpan.FromSeconds(20);
        foreach (var binding in container.HostConfig!.PortBindings!.Values.SelectMany(bindings => bindings))
        {
            (binding.HostIP, binding.HostPort) = ("127.0.0.1", $"{port}");
        }
    }

    /// <summary>The id of a container's main process; 0 when it does not run.</summary>
    public async Task<long> PidOfAsync(string container, CancellationToken cancellationToken) =>
        (await AskAsync(token => _client.Containers.InspectContainerAsync(container, token), Patience, cancellationToken)).State!.Pid;

    /// <summary>kill -9; returns when it is dead.</summary>
    public async Task KillAsync(string container, CancellationToken cancellationToken)
    {
        var kill = new ContainerKillParameters();
        await AskAsync(token => _client.Containers.KillContainerAsync(container, kill, token), Patience, cancellationToken);
        await AskAsync(token => _client.Containers.WaitContainerAsync(container, token), Patience, cancellationToken);
    }

    /// <summary>Removes a container with its data, running or not, if it is there.</summary>
    public async Task RemoveAsync(string container)
    {
        var everything = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
        try
        {
            await AskAsync(token => _client.Containers.RemoveContainerAsync(container, everything, token), Patience, CancellationToken.None);
        }
        catch (DevServersException)
        {
            // Already gone, or about to be. What stays for another reason is removed by the next start.
        }
    }

    private static string WhyUnavailable()
    {
        try
        {
            new ContainerBuilder(DockerImages.Postgres).Build();
            return "it came up just now";
        }
        catch (DockerUnavailableException e)
        {
            // The others are endpoints of last resort.
            var first = (e.InnerException as AggregateException)?.InnerExceptions.FirstOrDefault() ?? e;
            return $"{first.Message.TrimEnd('.')}: {Reason(first)}";
        }
    }

    /// <summary>What an exception of Testcontainers or of the engine means, in one line.</summary>
    internal static string Reason(Exception e)
    {
        var cause = e.GetBaseException();
        var line = (cause is DockerApiException { ResponseBody: { } body } ? MessageIn(body) : cause.Message).Split('\n')[0].Trim();
        return line.Contains("is too new", StringComparison.Ordinal)
            ? line + "; update Docker, or set DOCKER_API_VERSION to that maximum"
            : line;
    }

    // The engine answers {"message":"..."}.
    private static string MessageIn(string body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement.GetProperty("message").GetString() ?? body;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body;
        }
    }

    private static Task AskAsync(Func<CancellationToken, Task> ask, TimeSpan patience, CancellationToken cancellationToken) =>
        AskAsync(
            async token =>
            {
                await ask(token);
                return true;
            },
            patience,
            cancellationToken);

    private static async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            return await ask(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DevServersException($"Docker's engine did not answer within {patience.TotalSeconds:0} s. See its log, or restart it.");
        }
        catch (Exception e) when (e is DockerApiException or HttpRequestException or IOException)
        {
            throw new DevServersException($"Docker's engine could not do it: {Reason(e)}", e);
        }
    }

    private async Task<bool> HasImageAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(token => _client.Images.InspectImageAsync(image, token), Patience, cancellationToken);
            return true;
        }
        catch (DevServersException e) when (e.InnerException is DockerImageNotFoundException)
        {
            return false;
        }
    }
}
