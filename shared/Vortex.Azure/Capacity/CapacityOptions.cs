using System.ComponentModel.DataAnnotations;

namespace Vortex.Azure;

/// <summary>What the deployment has by way of runners, so that it can be said why none is there yet.</summary>
public sealed class CapacityOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Vortex:Azure:Capacity";

    /// <summary>Gets or sets the backend of the GPU runners.</summary>
    /// <value>The default is <c>cuda</c>.</value>
    [Required]
    public string GpuBackend { get; set; } = "cuda";

    /// <summary>Gets or sets the most GPU runners per region; 0 where the deployment has none.</summary>
    /// <value>The default is 4, as in the deployment.</value>
    [Range(0, 1_000)]
    public int MaxGpuRunners { get; set; } = 4;

    /// <summary>Gets or sets the most CPU runners that the scale rule starts.</summary>
    /// <value>The default is 10, as in the deployment.</value>
    [Range(1, 1_000)]
    public int MaxCpuRunners { get; set; } = 10;

    /// <summary>Gets or sets how many GPUs the subscription may have in the region at once; null where nobody has looked.</summary>
    /// <value>The default is null. The platform tells the quota to people, not to this process.</value>
    [Range(0, 10_000)]
    public int? GpuQuota { get; set; }

    /// <summary>Gets or sets the region of the runners, for sentences.</summary>
    public string? Region { get; set; }

    /// <summary>Gets or sets the second region whose GPU runners help; null or empty for none.</summary>
    public string? OverflowRegion { get; set; }

    /// <summary>Gets or sets from how many waiting batches on the second region helps.</summary>
    /// <value>The default is 20, as in the deployment.</value>
    [Range(1, int.MaxValue)]
    public int OverflowAfter { get; set; } = 20;

    /// <summary>Gets or sets how long a runner may take to come before it is said that none is given.</summary>
    /// <value>The default is five minutes: measuring, machine, image, process and models take less as a rule.</value>
    [Range(typeof(TimeSpan), "00:00:30", "01:00:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how CPU batches that wait get container groups beside the runners of the scale rule.</summary>
    [Required]
    public BurstOptions Burst { get; set; } = new();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        List<ValidationResult> found = [];
        Validator.TryValidateObject(Burst, new ValidationContext(Burst), found, validateAllProperties: true);
        return found.Select(one => new ValidationResult(one.ErrorMessage, [.. one.MemberNames.Select(name => $"{nameof(Burst)}:{name}")]));
    }
}

/// <summary>When container groups are started for CPU batches, how many, and of what.</summary>
public sealed class BurstOptions : IValidatableObject
{
    /// <summary>Gets or sets the most container groups at once; 0 for none at all.</summary>
    /// <value>The default is 0.</value>
    [Range(0, 1_000)]
    public int MaxGroups { get; set; }

    /// <summary>Gets or sets the most container groups at once on behalf of one tenant. They serve whoever's turn it is; this bounds what one tenant's backlog costs.</summary>
    /// <value>The default is 4.</value>
    [Range(1, 1_000)]
    public int MaxGroupsPerTenant { get; set; } = 4;

    /// <summary>Gets or sets from how many waiting batches on groups are started.</summary>
    /// <value>The default is 40: what the scale rule's ten runners are for.</value>
    [Range(1, 1_000_000)]
    public int StartAfterWaiting { get; set; } = 40;

    /// <summary>Gets or sets after how long a wait groups are started however few batches wait.</summary>
    /// <value>The default is three minutes.</value>
    [Range(typeof(TimeSpan), "00:00:30", "1.00:00:00")]
    public TimeSpan StartAfterWait { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Gets or sets for how many waiting batches there is one group.</summary>
    /// <value>The default is 8.</value>
    [Range(1, 10_000)]
    public int BatchesPerGroup { get; set; } = 8;

    /// <summary>Gets or sets the minutes without work after which a runner ends, and its group with it.</summary>
    /// <value>The default is 2.</value>
    [Range(1, 60)]
    public int IdleMinutes { get; set; } = 2;

    /// <summary>Gets or sets how old a group may become. Leases of what it works on run out, and the work goes on elsewhere.</summary>
    /// <value>The default is six hours.</value>
    [Range(typeof(TimeSpan), "00:10:00", "7.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Gets or sets how long a group that failed is kept, for its logs; no other is started meanwhile.</summary>
    /// <value>The default is ten minutes.</value>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan KeepFailed { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets the resource group, as its id: <c>/subscriptions/ID/resourceGroups/NAME</c>.</summary>
    public string? ResourceGroup { get; set; }

    /// <summary>Gets or sets the region of the groups.</summary>
    public string? Region { get; set; }

    /// <summary>Gets or sets the image of the CPU runner, with its registry.</summary>
    public string? Image { get; set; }

    /// <summary>Gets or sets the resource id of the identity that the runner shows, and with which its image is fetched.</summary>
    public string? IdentityId { get; set; }

    /// <summary>Gets or sets the client id of that identity.</summary>
    public string? IdentityClientId { get; set; }

    /// <summary>Gets or sets the processors of a group.</summary>
    /// <value>The default is 4.</value>
    [Range(1, 64)]
    public double Cpu { get; set; } = 4;

    /// <summary>Gets or sets the memory of a group in GB.</summary>
    /// <value>The default is 8.</value>
    [Range(1, 512)]
    public double MemoryGb { get; set; } = 8;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxGroups == 0)
        {
            yield break;
        }

        foreach ((string name, string? value) in new[]
        {
            (nameof(ResourceGroup), ResourceGroup), (nameof(Region), Region), (nameof(Image), Image), (nameof(IdentityId), IdentityId), (nameof(IdentityClientId), IdentityClientId),
        })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                yield return new ValidationResult($"{CapacityOptions.Section}:Burst:{name} must be set where {nameof(MaxGroups)} is above 0.", [name]);
            }
        }
    }
}
