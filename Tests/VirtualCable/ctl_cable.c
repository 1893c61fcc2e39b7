// What plays into a cable, as controls of the same names that snd-aloop has for each of its subdevices.
//
//   ctl_type.cable { lib "OUT/libasound_module_ctl_cable.so" }
//   ctl.one { type cable path "/dev/shm/x/one.cable" }
#include "cable.h"

#include <alsa/asoundlib.h>
#include <alsa/control_external.h>
#include <string.h>

enum control { NOTIFY, ACTIVE, FORMAT, RATE, CHANNELS, CONTROLS };

static const char *const names[CONTROLS] = {
    "PCM Notify", "PCM Slave Active", "PCM Slave Format", "PCM Slave Rate", "PCM Slave Channels"};

struct controls {
  snd_ctl_ext_t ext;
  struct cable cable;
};

static int elem_count(snd_ctl_ext_t *ext) {
  (void)ext;
  return CONTROLS;
}

static int elem_list(snd_ctl_ext_t *ext, unsigned int offset, snd_ctl_elem_id_t *id) {
  (void)ext;
  if (offset >= CONTROLS) return -EINVAL;
  snd_ctl_elem_id_set_interface(id, SND_CTL_ELEM_IFACE_PCM);
  snd_ctl_elem_id_set_name(id, names[offset]);
  return 0;
}

static snd_ctl_ext_key_t find_elem(snd_ctl_ext_t *ext, const snd_ctl_elem_id_t *id) {
  (void)ext;
  bool is_ours = snd_ctl_elem_id_get_interface(id) == SND_CTL_ELEM_IFACE_PCM && snd_ctl_elem_id_get_device(id) == 0
                 && snd_ctl_elem_id_get_subdevice(id) == 0 && snd_ctl_elem_id_get_index(id) == 0;
  for (int control = 0; is_ours && control < CONTROLS; control++)
    if (!strcmp(snd_ctl_elem_id_get_name(id), names[control])) return (snd_ctl_ext_key_t)control;
  return SND_CTL_EXT_KEY_NOT_FOUND;
}

static int get_attribute(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, int *type, unsigned int *access, unsigned int *count) {
  (void)ext;
  *type = key == NOTIFY || key == ACTIVE ? SND_CTL_ELEM_TYPE_BOOLEAN : SND_CTL_ELEM_TYPE_INTEGER;
  *access = key == NOTIFY ? SND_CTL_EXT_ACCESS_READWRITE : SND_CTL_EXT_ACCESS_READ;
  *count = 1;
  return 0;
}

static int get_integer_info(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *least, long *most, long *step) {
  (void)ext;
  static const long greatest[CONTROLS] = {1, 1, SND_PCM_FORMAT_LAST, 384000, CABLE_CHANNELS_MAX};
  *least = 0;
  *most = greatest[key];
  *step = 1;
  return 0;
}

/// As on snd-aloop the playing end is active while it runs, not while it is only open.
static int read_integer(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *value) {
  struct controls *controls = ext->private_data;
  struct cable *cable = &controls->cable;
  const struct cable_header *header = cable->header;
  switch (key) {
    case NOTIFY: *value = header->notify; return 0;
    case ACTIVE: *value = cable_is_configured_elsewhere(cable, CABLE_PLAY) && header->ends[CABLE_PLAY].running; return 0;
    case FORMAT: *value = header->format; return 0;
    case RATE: *value = header->rate; return 0;
    case CHANNELS: *value = header->channels; return 0;
    default: return -EINVAL;
  }
}

static int write_integer(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *value) {
  struct controls *controls = ext->private_data;
  if (key != NOTIFY) return -EPERM;
  bool is_changed = controls->cable.header->notify != (*value != 0);
  controls->cable.header->notify = *value != 0;
  return is_changed;
}

/// Whoever wants to know looks: there are no events.
static void subscribe_events(snd_ctl_ext_t *ext, int subscribe) { (void)ext, (void)subscribe; }

static int read_event(snd_ctl_ext_t *ext, snd_ctl_elem_id_t *id, unsigned int *mask) {
  (void)ext, (void)id, (void)mask;
  return -EAGAIN;
}

static void close_controls(snd_ctl_ext_t *ext) {
  struct controls *controls = ext->private_data;
  cable_close(&controls->cable);
  free(controls);
}

static const snd_ctl_ext_callback_t callbacks = {
    .close = close_controls,
    .elem_count = elem_count,
    .elem_list = elem_list,
    .find_elem = find_elem,
    .get_attribute = get_attribute,
    .get_integer_info = get_integer_info,
    .read_integer = read_integer,
    .write_integer = write_integer,
    .subscribe_events = subscribe_events,
    .read_event = read_event,
};

static int read_path(snd_config_t *configuration, const char **path) {
  snd_config_t *entry;
  if (snd_config_search(configuration, "path", &entry) < 0 || snd_config_get_string(entry, path) < 0) {
    SNDERR("cable: path is missing: name the shared file");
    return -EINVAL;
  }
  return 0;
}

SND_CTL_PLUGIN_DEFINE_FUNC(cable) {
  (void)root;
  const char *path;
  int result = read_path(conf, &path);
  if (result < 0) return result;
  struct controls *controls = calloc(1, sizeof *controls);
  if (!controls) return -ENOMEM;
  result = cable_open(&controls->cable, path);
  if (result < 0) {
    SNDERR("cable: %s: %s", path, cable_error(result));
    free(controls);
    return result;
  }
  controls->ext = (snd_ctl_ext_t){
      .version = SND_CTL_EXT_VERSION,
      .card_idx = -1,
      .id = "cable",
      .driver = "cable",
      .name = "Virtual cable",
      .longname = "Virtual cable",
      .mixername = "Virtual cable",
      .poll_fd = -1,
      .callback = &callbacks,
      .private_data = controls,
  };
  result = snd_ctl_ext_create(&controls->ext, name, mode);
  if (result < 0) {
    cable_close(&controls->cable);
    free(controls);
    return result;
  }
  *handlep = controls->ext.handle;
  return 0;
}

SND_CTL_PLUGIN_SYMBOL(cable);
