using System.Globalization;
using System.Text.RegularExpressions;
using Infrastructure;
using Infrastructure.RabbitMq;
using k8s;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using UnitTests.Support;
using Worker.Intake;
using Worker.Operations;
using YamlDotNet.RepresentationModel;

namespace UnitTests.Deploy;

/// <summary>What the manifests say of the worker is so.</summary>
public sealed class KubernetesTests
{
    private const string Folder = "deploy/kubernetes";

    private static readonly YamlNode Worker = One("base/deployment.yaml");
    private static readonly YamlNode Migrate = One("base/migrate-job.yaml");

    // Kustomize's own, and resources of KEDA: the client's library has no types for them.
    private static readonly string[] Foreign = ["Kustomization", "ScaledObject", "TriggerAuthentication"];

    public static TheoryData<string> Manifests() => [.. Files()];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Every_file_is_yaml_and_in_a_kustomization(string file)
    {
        Assert.NotEmpty(All(file));
        if (Path.GetFileName(file) != "kustomization.yaml")
        {
            Assert.Contains(Path.GetFileName(file), DeployFiles.Text(Path.Combine(Folder, Path.GetDirectoryName(file)!, "kustomization.yaml")));
        }
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Every_field_is_one_that_Kubernetes_has(string file)
    {
        var native = DeployFiles.Text(Path.Combine(Folder, file)).Split("\n---\n").Where(document => !Foreign.Any(kind => document.Contains($"kind: {kind}\n")));

        Assert.All(native, document => Assert.Single(KubernetesYaml.LoadAllFromString(document, strict: true)));
    }

    [Fact]
    public void It_is_killed_only_after_it_has_had_its_time_to_stop()
    {
        using var services = Settings.Services();
        var host = services.GetRequiredService<IOptions<HostOptions>>().Value;

        Assert.True(Number(Pod(Worker), "terminationGracePeriodSeconds") >= host.ShutdownTimeout.TotalSeconds + 10);
    }

    [Fact]
    public async Task The_probes_ask_for_what_there_is()
    {
        await using var app = WorkerHost.Create(
            ["ConnectionStrings:RabbitMq=amqp://localhost", "ConnectionStrings:Orders=Host=localhost", "Urls=http://127.0.0.1:0"], new IntakeSwitches(Migrate: false));
        var paths = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText).ToHashSet();
        var container = Container(Worker);

        foreach (var (probe, path) in new[] { ("startupProbe", "/health/startup"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready") })
        {
            Assert.Equal(path, Text(container, probe, "httpGet", "path"));
            Assert.Equal(Text(container, "ports", "0", "name"), Text(container, probe, "httpGet", "port"));
            Assert.Contains(path, paths);
        }

        Assert.EndsWith($":{Text(container, "ports", "0", "containerPort")}", Environment(container)["Urls"]);
    }

    [Theory]
    [InlineData("base/deployment.yaml")]
    [InlineData("base/migrate-job.yaml")]
    public void A_pod_is_what_the_restricted_profile_wants(string file)
    {
        var (pod, container) = (Pod(One(file)), Container(One(file)));

        Assert.Equal("true", Text(pod, "securityContext", "runAsNonRoot"));
        Assert.Equal("RuntimeDefault", Text(pod, "securityContext", "seccompProfile", "type"));
        Assert.Equal("false", Text(pod, "automountServiceAccountToken"));
        Assert.Equal("false", Text(container, "securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("true", Text(container, "securityContext", "readOnlyRootFilesystem"));
        Assert.Equal("ALL", Text(container, "securityContext", "capabilities", "drop", "0"));
    }

    [Fact]
    public void Every_setting_is_one_that_the_worker_knows()
    {
        var known = new HashSet<string>(["Urls", Credentials.Variable, "ConnectionStrings__RabbitMq", "ConnectionStrings__Orders"]);
        known.UnionWith(typeof(RabbitMqOptions).GetProperties().Select(property => $"{RabbitMqOptions.Section}__{property.Name}"));
        known.UnionWith(typeof(IntakeOptions).GetProperties().Select(property => $"{IntakeOptions.Section}__{property.Name}"));

        Assert.All(Environment(Container(Worker)).Keys.Concat(Environment(Container(Migrate)).Keys), name => Assert.Contains(name, known));
        foreach (var file in Files().Where(file => Path.GetFileName(file) == "kustomization.yaml"))
        {
            var literals = All(file).SelectMany(map => Items(map, "configMapGenerator")).SelectMany(map => Items(map, "literals")).Select(literal => literal.ToString().Split('=')[0]);
            Assert.All(literals, name => Assert.Contains(name, known));
        }
    }

    [Fact]
    public void The_commands_are_the_workers()
    {
        Assert.Contains(Text(Container(Worker), "args", "0"), WorkerCommands.Create().Subcommands.Select(command => command.Name));
        Assert.Contains(Text(Container(Migrate), "args", "0"), WorkerCommands.Create().Subcommands.Select(command => command.Name));
    }

    /// <summary>Whatever runs has a certificate where its settings look for one, and its settings where it looks for them.</summary>
    [Fact]
    public void Folders_that_are_named_are_mounted()
    {
        var mounts = Items(Container(All("overlays/production/certificates.yaml").First()), "volumeMounts").Select(mount => Text(mount, "mountPath")).ToList();
        var paths = Regex.Matches(DeployFiles.Text("deploy/kubernetes/overlays/production/kustomization.yaml"), @"=(/\S+)/[^/\s]+$", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
        Assert.All(paths, path => Assert.Contains(path, mounts));
        Assert.All(new[] { Worker, Migrate }, workload =>
            Assert.Contains(Environment(Container(workload))[Credentials.Variable], Items(Container(workload), "volumeMounts").Select(mount => Text(mount, "mountPath"))));
    }

    /// <summary>A replica that holds a full prefetch is no reason for another one.</summary>
    [Fact]
    public void Scaling_wants_more_messages_a_replica_than_one_holds_anyway()
    {
        var intake = new IntakeOptions();
        var held = intake.Lanes * intake.EffectivePrefetch;
        var keda = All("overlays/keda/scaled-object.yaml").First();
        var trigger = At(keda, "spec", "triggers", "0", "metadata");

        Assert.InRange(int.Parse(Text(trigger, "value"), CultureInfo.InvariantCulture), 2 * held, int.MaxValue);
        Assert.InRange(int.Parse(Text(One("overlays/hpa/autoscaler.yaml"), "spec", "metrics", "0", "external", "target", "averageValue"), CultureInfo.InvariantCulture), 2 * held, int.MaxValue);
        Assert.Equal(("http", "false", "orders"), (Text(trigger, "protocol"), Text(trigger, "excludeUnacknowledged"), Text(trigger, "queueName")));
    }

    /// <summary>Those of all replicas and of the one more while they are replaced, each with those that are no lane's.</summary>
    [Fact]
    public void As_many_replicas_as_there_may_be_find_connections()
    {
        var limit = int.Parse(Regex.Match(DeployFiles.Text("deploy/postgres/roles.sql"), @"\\set writer_connections (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        var most = Math.Max(
            Number(At(All("overlays/keda/scaled-object.yaml").First(), "spec"), "maxReplicaCount"), Number(At(One("overlays/hpa/autoscaler.yaml"), "spec"), "maxReplicas"));

        Assert.InRange((most + Number(At(Worker, "spec", "strategy", "rollingUpdate"), "maxSurge")) * (new IntakeOptions().Lanes + IntakeOptions.DatabaseConnectionsBesidesLanes), 1, limit);
    }

    private static IEnumerable<string> Files() => Directory.GetFiles(Path.Combine(DeployFiles.Root, Folder), "*.yaml", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Path.Combine(DeployFiles.Root, Folder), file));

    private static YamlNode One(string file) => Assert.Single(All(file));

    private static IEnumerable<YamlNode> All(string file)
    {
        var stream = new YamlStream();
        using var text = new StringReader(DeployFiles.Text(Path.Combine(Folder, file)));
        stream.Load(text);
        return stream.Documents.Select(document => document.RootNode);
    }

    private static YamlNode Pod(YamlNode workload) => At(workload, "spec", "template", "spec");

    private static YamlNode Container(YamlNode workload) => At(Pod(workload), "containers", "0");

    private static Dictionary<string, string> Environment(YamlNode container) =>
        Items(container, "env").ToDictionary(variable => Text(variable, "name"), variable => Text(variable, "value"));

    private static IEnumerable<YamlNode> Items(YamlNode node, string member) =>
        node is YamlMappingNode map && map.Children.TryGetValue(member, out var list) ? (YamlSequenceNode)list : [];

    private static YamlNode At(YamlNode node, params string[] path) =>
        path.Aggregate(node, (at, step) => at is YamlSequenceNode list ? list[int.Parse(step, CultureInfo.InvariantCulture)] : at[step]);

    private static string Text(YamlNode node, params string[] path) => At(node, path).ToString();

    private static int Number(YamlNode node, string member) => int.Parse(Text(node, member), CultureInfo.InvariantCulture);
}
