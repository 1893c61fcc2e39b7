// The files of ../../Page: two lines for each, by name. A test compares the list with the folder.
#include "page.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

#define FILE_OF(identifier, name) {name, identifier, sizeof identifier}

static const unsigned char api_js[] = {
#embed "../../Page/api.js"
};
static const unsigned char blind_js[] = {
#embed "../../Page/blind.js"
};
static const unsigned char canvas_js[] = {
#embed "../../Page/canvas.js"
};
static const unsigned char chart_js[] = {
#embed "../../Page/chart.js"
};
static const unsigned char compare_js[] = {
#embed "../../Page/compare.js"
};
static const unsigned char configuration_js[] = {
#embed "../../Page/configuration.js"
};
static const unsigned char dom_js[] = {
#embed "../../Page/dom.js"
};
static const unsigned char engine_js[] = {
#embed "../../Page/engine.js"
};
static const unsigned char equaliser_bands_js[] = {
#embed "../../Page/equaliser-bands.js"
};
static const unsigned char equaliser_math_js[] = {
#embed "../../Page/equaliser-math.js"
};
static const unsigned char equaliser_stage_js[] = {
#embed "../../Page/equaliser-stage.js"
};
static const unsigned char equaliser_text_js[] = {
#embed "../../Page/equaliser-text.js"
};
static const unsigned char equaliser_js[] = {
#embed "../../Page/equaliser.js"
};
static const unsigned char format_js[] = {
#embed "../../Page/format.js"
};
static const unsigned char header_js[] = {
#embed "../../Page/header.js"
};
static const unsigned char icon_svg[] = {
#embed "../../Page/icon.svg"
};
static const unsigned char index_html[] = {
#embed "../../Page/index.html"
};
static const unsigned char interruptions_js[] = {
#embed "../../Page/interruptions.js"
};
static const unsigned char kernels_js[] = {
#embed "../../Page/kernels.js"
};
static const unsigned char live_js[] = {
#embed "../../Page/live.js"
};
static const unsigned char main_js[] = {
#embed "../../Page/main.js"
};
static const unsigned char matrix_js[] = {
#embed "../../Page/matrix.js"
};
static const unsigned char measures_js[] = {
#embed "../../Page/measures.js"
};
static const unsigned char meters_js[] = {
#embed "../../Page/meters.js"
};
static const unsigned char parts_css[] = {
#embed "../../Page/parts.css"
};
static const unsigned char responses_js[] = {
#embed "../../Page/responses.js"
};
static const unsigned char session_js[] = {
#embed "../../Page/session.js"
};
static const unsigned char statistics_js[] = {
#embed "../../Page/statistics.js"
};
static const unsigned char style_css[] = {
#embed "../../Page/style.css"
};
static const unsigned char traces_js[] = {
#embed "../../Page/traces.js"
};

static const struct page_file files[] = {
  FILE_OF(api_js, "api.js"),
  FILE_OF(blind_js, "blind.js"),
  FILE_OF(canvas_js, "canvas.js"),
  FILE_OF(chart_js, "chart.js"),
  FILE_OF(compare_js, "compare.js"),
  FILE_OF(configuration_js, "configuration.js"),
  FILE_OF(dom_js, "dom.js"),
  FILE_OF(engine_js, "engine.js"),
  FILE_OF(equaliser_bands_js, "equaliser-bands.js"),
  FILE_OF(equaliser_math_js, "equaliser-math.js"),
  FILE_OF(equaliser_stage_js, "equaliser-stage.js"),
  FILE_OF(equaliser_text_js, "equaliser-text.js"),
  FILE_OF(equaliser_js, "equaliser.js"),
  FILE_OF(format_js, "format.js"),
  FILE_OF(header_js, "header.js"),
  FILE_OF(icon_svg, "icon.svg"),
  FILE_OF(index_html, "index.html"),
  FILE_OF(interruptions_js, "interruptions.js"),
  FILE_OF(kernels_js, "kernels.js"),
  FILE_OF(live_js, "live.js"),
  FILE_OF(main_js, "main.js"),
  FILE_OF(matrix_js, "matrix.js"),
  FILE_OF(measures_js, "measures.js"),
  FILE_OF(meters_js, "meters.js"),
  FILE_OF(parts_css, "parts.css"),
  FILE_OF(responses_js, "responses.js"),
  FILE_OF(session_js, "session.js"),
  FILE_OF(statistics_js, "statistics.js"),
  FILE_OF(style_css, "style.css"),
  FILE_OF(traces_js, "traces.js"),
};
const size_t page_file_count = sizeof files / sizeof files[0];

const struct page_file *page_file_list(void) { return files; }
